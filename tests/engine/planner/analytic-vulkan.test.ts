import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { LoadSettings } from '../../../src-main/contract/plan.contract.ts';
import type { ModelLayout } from '../../../src-main/domain/planner/layout/types.ts';
import { realModels, type RealModel } from '../../helpers/real-models.ts';
import { hasSoftwareVulkan } from '../../helpers/software-vulkan.ts';
import {
  candidatesOf,
  errorTable,
  layoutFor,
  median,
  relativeErrors,
  sweep,
  sweptModels,
  thinned,
  violations,
  type Case,
} from './sweep.ts';

/**
 * What llvmpipe takes in one piece (`maxStorageBufferRange`); what is larger, real GPUs take and it leaves in main memory, and
 * for a cache that is larger llama.cpp ends the process. So models have small vocabularies here, and those with larger tensors
 * are left out. Mamba is left out because Mesa's device lacks its scan.
 */
const LARGEST_PIECE_BYTES = 128 * 2 ** 20;
const SMALL_VOCABULARY = 16_384;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nibble-sweep-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const models = sweptModels(
  realModels
    .map(withSmallVocabulary)
    .filter((model) => model.architecture !== 'mamba' && largestTensorBytes(model) <= LARGEST_PIECE_BYTES),
);

describe.skipIf(!hasSoftwareVulkan())(
  'the analytic model against llama.cpp on a Vulkan device (Mesa llvmpipe, package mesa-vulkan-drivers)',
  () => {
    const cases: Case[] = [];

    test.each(models.map((model) => [model.name, model] as const))('%s', async (_, model) => {
      vi.stubEnv('GGML_VK_VISIBLE_DEVICES', '0');
      const layout = layoutFor(model, 'Q4_K');
      const count = layout.layers.length;
      const splits = [count + 1, count, Math.round(count / 2), Math.round(count / 4)];
      const candidates = candidatesOf([512, 4096, 32_768, 131_072], splits);
      const possible = candidates.filter((settings) => fitsPieces(layout, settings));
      const own = await sweep(folder, model, 'Q4_K', thinned(possible));
      vi.unstubAllEnvs();
      expect(own.filter(({ device }) => device === 'gpu').length).toBeGreaterThan(0);
      // Tensors are aligned in the device's memory.
      expect(own.filter(({ weightsErrorBytes }) => Math.abs(weightsErrorBytes) > 2 ** 16)).toEqual([]);
      expect(violations(own)).toEqual([]);
      cases.push(...own);
    });

    test('is within 3 % in the middle', () => {
      console.log(errorTable('Vulkan device and main memory beside it', cases));
      expect(median(relativeErrors(cases))).toBeLessThanOrEqual(0.03);
    });
  },
);

function largestTensorBytes(model: RealModel): number {
  const { layers, tokenEmbeddingsBytes } = layoutFor(model, 'Q4_K');
  return Math.max(tokenEmbeddingsBytes, ...layers.map((layer) => layer.largestTensorBytes));
}

function fitsPieces({ layers }: ModelLayout, settings: LoadSettings): boolean {
  const { contextSize, batchSize, flashAttention } = settings;
  const keys = Math.max(...layers.map(({ headsKv, headSizeK }) => headsKv * headSizeK)) * contextSize * 2;
  const scores = Math.max(...layers.map(({ heads }) => heads)) * contextSize * (batchSize + 1) * 4;
  return keys <= LARGEST_PIECE_BYTES && (flashAttention || scores <= LARGEST_PIECE_BYTES);
}

function withSmallVocabulary(model: RealModel): RealModel {
  const shrunk = (dimension: number) => (dimension === model.vocabulary ? SMALL_VOCABULARY : dimension);
  return {
    ...model,
    vocabulary: SMALL_VOCABULARY,
    tensors: model.tensors.map((tensor) => ({ ...tensor, dimensions: tensor.dimensions.map(shrunk) })),
  };
}
