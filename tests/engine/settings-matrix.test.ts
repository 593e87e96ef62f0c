import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kvCacheTypes } from '../../src-main/contract/plan.contract.ts';
import type { LoadWish } from '../../src-main/services/engine-host/protocol.ts';
import { hasSoftwareVulkan } from '../helpers/software-vulkan.ts';
import { tinyShape, writeSyntheticGguf } from '../helpers/synthetic-gguf.ts';
import { ChildClient } from './generation/child-client.ts';

const headSizes = [32, 40, 64, 80, 96, 128, 192, 256, 576];
const flashAttentions = [true, false, 'auto'] as const;
/** Every type of cache, and two of weights that no cache can have. */
const wishedTypes = [...kvCacheTypes, 'q6_K', 'iq2_xxs'];
const isLong = process.env['NIBBLE_LONG'] === '1';
const LONG_TIMEOUT_MS = 1_200_000;

type Wish = Pick<LoadWish, 'flashAttention' | 'cacheTypeK' | 'cacheTypeV'> & { headSize: number };

/** Equal types for keys and values, and `auto` for two head sizes; the long form has every combination. */
const matrix: Wish[] = headSizes.flatMap((headSize) =>
  flashAttentions
    .filter((flashAttention) => isLong || flashAttention !== 'auto' || headSize === 40 || headSize === 64)
    .flatMap((flashAttention) =>
      wishedTypes.flatMap((cacheTypeK) =>
        (isLong ? wishedTypes : [cacheTypeK]).map((cacheTypeV) => ({
          ...{ headSize, flashAttention, cacheTypeK, cacheTypeV },
        })),
      ),
    ),
);

/** As seen with llama.cpp v0.5.0, each combination in a process of its own: 256 of 792 ran, 104 ended the process. */
function possible({ headSize, flashAttention, cacheTypeK, cacheTypeV }: Wish) {
  const isWhole = (type: string) => type.endsWith('16') || type === 'f32';
  const next = (type: string) => {
    const cacheType = { q6_K: 'q8_0', iq2_xxs: 'q4_0' }[type] ?? type;
    return isWhole(cacheType) || headSize % 32 === 0 ? cacheType : 'f16';
  };
  const values = next(cacheTypeV);
  return {
    flashAttention: flashAttention !== false,
    cacheTypeK: next(cacheTypeK),
    cacheTypeV: flashAttention === false && !isWhole(values) ? 'f16' : values,
  };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nibble-matrix-'));
  for (const headSize of headSizes) {
    const shape = { ...tinyShape, layers: 1, heads: 2, headsKv: 1, headSize };
    await writeSyntheticGguf(folder, shape, { fileName: `${headSize}.gguf` });
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Loads with each wish in one child, which has to live through all of them and to answer with each. */
async function walk(wishes: readonly Wish[], gpuLayers: number): Promise<string[]> {
  await using child = await ChildClient.start();
  const failures: string[] = [];
  for (const { headSize, ...wish } of wishes) {
    const expected = possible({ headSize, ...wish });
    const { settings, changes } = await child.load(join(folder, `${headSize}.gguf`), {
      ...{ contextSize: 256, batchSize: 32, gpuLayers, ...wish },
    });
    const { flashAttention, cacheTypeK, cacheTypeV } = settings;
    const isTold = changes.length > 0 === (cacheTypeK !== wish.cacheTypeK || cacheTypeV !== wish.cacheTypeV);
    if (JSON.stringify({ flashAttention, cacheTypeK, cacheTypeV }) === JSON.stringify(expected) && isTold)
      continue;
    failures.push(JSON.stringify({ headSize, wish, settings, changes }));
  }
  return failures;
}

describe('cache types × flash attention × head sizes', () => {
  it(
    'no wish ends the process; what cannot be becomes the next possible, and is told',
    async () => {
      expect(await walk(matrix, 0)).toEqual([]);
    },
    LONG_TIMEOUT_MS,
  );

  // Drivers compile their kernels for each combination, which takes a GPU made of software seconds.
  it.runIf(isLong && hasSoftwareVulkan())(
    'nor on a GPU',
    async () => {
      process.env['GGML_VK_VISIBLE_DEVICES'] = '0';
      try {
        expect(await walk(matrix, 2)).toEqual([]);
      } finally {
        delete process.env['GGML_VK_VISIBLE_DEVICES'];
      }
    },
    LONG_TIMEOUT_MS,
  );
});
