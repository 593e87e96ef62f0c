import { expect, test } from 'vitest';
import { ggmlTypeId } from '../../../../../src-main/domain/gguf/ggml-types.ts';
import { tokenRead } from '../../../../../src-main/domain/planner/benchmark/model.ts';
import { isKnown, type ModelLayout } from '../../../../../src-main/domain/planner/layout/types.ts';
import { standInFor, usualStandIn } from '../../../../../src-main/domain/planner/tuning/stand-in.ts';
import { builtInModelPath } from '../../../../helpers/synthetic-gguf.ts';
import { openModelFile } from '../../../../../src-main/services/library/model-file.ts';
import { layoutOf } from '../../../../../src-main/domain/planner/layout/layout.ts';

const MIB = 2 ** 20;

async function builtInLayout(): Promise<ModelLayout> {
  const layout = layoutOf((await openModelFile(builtInModelPath)).header);
  if (!isKnown(layout)) throw new Error('the built-in model is not known');
  return layout;
}

test('a model is stood in for by layers of its shape and format, as many as a processor cannot keep close', async () => {
  const layout = await builtInLayout();
  const [layer] = layout.layers;
  const shape = standInFor({
    ...layout,
    layers: Array.from({ length: 99 }, () => layer).filter((each) => !!each),
  });
  expect(shape).toMatchObject({
    width: layout.embeddingLength,
    heads: layer?.heads,
    headsKv: layer?.headsKv,
    headSize: layer?.headSizeK,
    feedForward: layer?.feedForward,
    type: 'F16',
  });
  expect(tokenRead(shape).bytes).toBeGreaterThanOrEqual(96 * MIB);
  expect(tokenRead(shape).bytes).toBeLessThan(120 * MIB);
});

test('a model of fewer layers keeps to its own', async () => {
  const layout = await builtInLayout();
  expect(standInFor(layout).layers).toBe(layout.layers.length);
});

test('a very wide model gets a narrower feed-forward network', async () => {
  const layout = await builtInLayout();
  const wide = {
    ...layout,
    embeddingLength: 8192,
    layers: layout.layers.map((layer) => ({ ...layer, heads: 64, headSizeK: 128, feedForward: 53_248 })),
    tensors: layout.tensors.map((tensor) => ({ ...tensor, type: ggmlTypeId('Q8_0') })),
  };
  const shape = standInFor(wide);
  expect(shape).toMatchObject({ width: 8192, layers: 2, type: 'Q8_0' });
  expect(shape.feedForward).toBeLessThan(53_248);
  expect(tokenRead(shape).bytes).toBeLessThanOrEqual(512 * MIB);
});

test('heads that do not share keys evenly, or rows that are no whole blocks, become a shape that loads', async () => {
  const layout = await builtInLayout();
  const uneven = { ...layout, layers: layout.layers.map((layer) => ({ ...layer, heads: 7, headsKv: 3 })) };
  expect(standInFor(uneven)).toBe(usualStandIn);
  const odd = {
    ...layout,
    layers: layout.layers.map((layer) => ({ ...layer, feedForward: 1000 })),
    tensors: layout.tensors.map((tensor) => ({ ...tensor, type: ggmlTypeId('Q4_K') })),
  };
  expect(standInFor(odd)).toMatchObject({ type: 'F16', feedForward: 1000 });
});

test('a model without attention is stood in for by the usual shape', async () => {
  const layout = await builtInLayout();
  const recurrent = { ...layout, layers: layout.layers.map((layer) => ({ ...layer, heads: 0 })) };
  expect(standInFor(recurrent)).toBe(usualStandIn);
});
