import { describe, expect, test } from 'vitest';
import { weightsByDevice } from '../../../../../src-main/domain/planner/analytic/weights.ts';
import { realModel } from '../../../../helpers/real-models.ts';
import { knownLayout } from '../known-layout.ts';

const embeddings = 128_256 * 2048 * 2;
const layer = (2048 * (2 * 2048 + 2 * 512) + 3 * 2048 * 8192) * 2 + 2 * 2048 * 4;
const norm = 2048 * 4;
const rotary = 32 * 4;

describe('Llama 3.2 1B at F16, whose output is its token embeddings', () => {
  const layout = knownLayout(realModel('Llama-3.2-1B'));

  test.each([
    [0, embeddings + 16 * layer + norm + rotary, 0],
    // The output goes first, as a copy of the embeddings, which stay where they are looked up.
    [1, embeddings + 16 * layer + rotary, embeddings + norm],
    [9, embeddings + 8 * layer + rotary, embeddings + 8 * layer + norm + rotary],
    [17, embeddings, embeddings + 16 * layer + norm + rotary],
    [99, embeddings, embeddings + 16 * layer + norm + rotary],
  ])('%i GPU layers leave %i bytes in main memory and put %i on the GPU', (gpuLayers, cpu, gpu) => {
    expect(weightsByDevice(layout, { gpuLayers })).toEqual({ cpu, gpu });
  });
});

test('experts can stay in main memory while all else goes to the GPU', () => {
  const layout = knownLayout(realModel('Qwen3-30B-A3B'), 'Q4_K');
  const experts = (48 * 3 * 128 * 2048 * 768 * 144) / 256;
  const together = weightsByDevice(layout, { gpuLayers: 49 });
  const apart = (expertLayersOnCpu: number) => weightsByDevice(layout, { gpuLayers: 49, expertLayersOnCpu });
  expect(apart(48)).toEqual({ cpu: together.cpu + experts, gpu: together.gpu - experts });
  expect(apart(12)).toEqual({ cpu: together.cpu + experts / 4, gpu: together.gpu - experts / 4 });
});
