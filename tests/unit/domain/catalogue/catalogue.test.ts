import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogueSchema } from '../../../../src-main/contract/catalogue.ts';
import { isRepositoryId } from '../../../../src-main/contract/hub-reference.ts';
import { outlineModel, weightsOfShape } from '../../../../src-main/domain/catalogue/outline.ts';
import { parseLevel } from '../../../../src-main/domain/gguf/names.ts';
import { sizeFromLevel } from '../../../../src-main/domain/levels/level-size.ts';
import { layoutOf } from '../../../../src-main/domain/planner/layout/layout.ts';
import { isKnown } from '../../../../src-main/domain/planner/layout/types.ts';

const file = join(import.meta.dirname, '../../../../resources/catalogue.json');
const catalogue = catalogueSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
const { models, sources } = catalogue;
const named = models.map((model) => [model.id, model] as const);

/** Files that are larger than their level's recipe says, each for a known reason. */
const largerThanRecipe: Record<string, number> = {
  // Google left the embeddings, which are the output too, at 16 bits.
  'gemma-3-4b-qat Q4_0': 1.45,
  'gemma-3-12b-qat Q4_0': 1.22,
  'gemma-3-27b-qat Q4_0': 1.13,
  // Rows that no block of 256 divides fall back to types with more bits.
  'gemma-3-1b Q4_K_M': 1.25,
  'smollm2-360m Q4_K_M': 1.22,
  'qwen2.5-0.5b Q4_K_M': 1.25,
  // Queries, keys and values are one matrix here, which keeps the bits that values need.
  'phi-3.5-mini Q3_K_M': 1.06,
  'phi-3.5-mini IQ3_M': 1.07,
  // From 2023, when the recipe still gave more tensors three and four bits.
  'tinyllama-1.1b Q2_K': 1.12,
  // Every layer has matrices that this publisher keeps at more bits.
  'qwen3.5-9b Q4_K_M': 1.12,
  'qwen3.5-9b Q4_K_S': 1.07,
  'qwen3.5-9b IQ4_XS': 1.07,
};

describe('the shipped catalogue', () => {
  it('has about forty models, each once, and names where every size was published', () => {
    expect(models.length).toBeGreaterThanOrEqual(38);
    for (const key of ['id', 'name'] as const)
      expect(new Set(models.map((model) => model[key])).size).toBe(models.length);
    const used = new Set(models.flatMap(({ levels }) => levels.map(({ source }) => source)));
    expect([...used].sort()).toEqual(Object.keys(sources).sort());
  });

  it('holds the families that people look for', () => {
    const ids = models.map(({ id }) => id);
    expect(ids).toContain('deepseek-r1-distill-llama-8b');
    for (const [family, least] of [
      ['qwen2.5', 7],
      ['qwen3-', 6],
      ['llama-3', 4],
      ['gemma-3', 4],
      ['phi', 3],
      ['mistral', 3],
      ['smollm2', 2],
      ['gpt-oss', 2],
    ] as const)
      expect(ids.filter((id) => id.startsWith(family)).length).toBeGreaterThanOrEqual(least);
    expect(models.filter(({ methods }) => methods.includes('quantizationAware')).length).toBeGreaterThan(4);
  });

  it.each(named)('%s names a repository and levels that can be asked for', (_, { repository, levels }) => {
    expect(isRepositoryId(repository)).toBe(true);
    expect(levels.map(({ level }) => parseLevel(`x-${level}.gguf`)?.label)).toEqual(
      levels.map(({ level }) => level),
    );
    expect(new Set(levels.map(({ level }) => level)).size).toBe(levels.length);
    expect(levels.map(({ sizeBytes }) => sizeBytes)).toEqual(
      levels.map(({ sizeBytes }) => sizeBytes).toSorted((a, b) => a - b),
    );
  });

  it.each(named)('%s has the parameters of its shape', (_, { shape, parameters }) => {
    expect(Math.abs(weightsOfShape(shape) / parameters - 1)).toBeLessThan(0.001);
  });

  it.each(named)('%s has sizes that go with its parameters', (id, { shape, parameters, levels }) => {
    for (const { level, sizeBytes } of levels) {
      const expected = sizeFromLevel(level, {
        parameters,
        vocabularySize: shape.vocabulary,
        embeddingLength: shape.embeddingLength,
        isTied: shape.isTied,
      });
      const ratio = sizeBytes / (expected ?? (parameters * 4.25) / 8);
      const most = largerThanRecipe[`${id} ${level}`] ?? (expected === null ? 1.1 : 1.045);
      expect(ratio, level).toBeGreaterThan(0.965);
      expect(ratio, level).toBeLessThan(most);
    }
  });

  it.each(named.filter(([, { activeParameters }]) => activeParameters !== undefined))(
    '%s has as many parameters at work as it says',
    (_, { shape, activeParameters = 0 }) => {
      const { experts, embeddingLength, feedForward, layers, vocabulary } = shape;
      const idle = (experts?.count ?? 0) - (experts?.used ?? 0);
      const resting = 3 * embeddingLength * feedForward * idle * layers;
      // Publishers count one of the two embedding matrices, or both.
      const both = weightsOfShape(shape) - resting;
      expect(activeParameters / (both - embeddingLength * vocabulary)).toBeGreaterThan(0.95);
      expect(activeParameters / both).toBeLessThan(1.05);
    },
  );

  it.each(named)(
    '%s says with its methods what its sentences say',
    (_, { methods, compressed, shape, ...model }) => {
      expect(methods.includes('sharedEmbedding')).toBe(shape.isTied);
      expect(methods.includes('experts')).toBe(shape.experts !== undefined);
      expect(methods.includes('experts')).toBe(model.activeParameters !== undefined);
      if (methods.includes('distilled')) expect(compressed).toMatch(/taught|learned from/i);
      if (methods.includes('quantizationAware')) expect(compressed).toMatch(/trained/i);
      if (methods.includes('pruned')) expect(compressed).toMatch(/cut out/i);
    },
  );

  it.each(named)('%s can be laid out by the planner, to the byte', (_, model) => {
    for (const level of model.levels) {
      const { header } = outlineModel(model, level);
      const layout = layoutOf(header);
      if (!isKnown(layout)) throw new Error(`unknown: ${layout.unknown} ${layout.field ?? ''}`);
      expect(layout.layers).toHaveLength(model.shape.layers);
      const bytes = header.tensors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      expect(Math.abs(bytes / level.sizeBytes - 1)).toBeLessThan(1e-6);
    }
  });
});
