import fc from 'fast-check';
import type { TableModel } from '../../../../../src-main/domain/planner/table/types.ts';
import {
  attentionKeys,
  attentionTensors,
  denseModel,
  embeddings,
  expertTensors,
  layersOf,
  small,
  type DenseShape,
} from '../../../../helpers/real-model-parts.ts';
import { realModels, type RealModel } from '../../../../helpers/real-models.ts';
import { levels, tableModelOf } from './tables.ts';

/** Models of few layers, each of which may be as large as those of real ones: a plan takes a tenth of the time. */
const shapes = fc.record({
  architecture: fc.constantFrom('llama', 'qwen2', 'qwen3', 'gemma2', 'gemma3', 'qwen3moe'),
  layers: fc.integer({ min: 1, max: 6 }),
  embedding: fc.integer({ min: 1, max: 16 }).map((count) => count * 512),
  headsKv: fc.integer({ min: 1, max: 8 }),
  headsPerKv: fc.integer({ min: 1, max: 8 }),
  headSize: fc.constantFrom(32, 40, 64, 80, 96, 128, 256),
  feedForward: fc.integer({ min: 1, max: 64 }).map((count) => count * 512),
  vocabulary: fc.integer({ min: 1, max: 256 }).map((count) => count * 1024),
  context: fc.constantFrom(256, 2048, 8192, 32_768, 131_072, 1_048_576),
  isTied: fc.boolean(),
});

type Shape = typeof shapes extends fc.Arbitrary<infer Value> ? Value : never;

function modelOf({ headsPerKv, ...shape }: Shape, index: number): RealModel {
  const named = { ...shape, name: `Small-${index}`, heads: shape.headsKv * headsPerKv };
  if (shape.architecture === 'qwen3moe') return mixture(named);
  return denseModel(named, [], { 'attention.sliding_window': 512 });
}

function mixture(shape: DenseShape): RealModel {
  const { name, architecture, vocabulary, embedding, layers, context } = shape;
  const width = shape.feedForward / 8;
  return {
    name,
    architecture,
    vocabulary,
    keys: {
      ...attentionKeys(shape, layers, shape.feedForward, context),
      expert_count: 32,
      expert_used_count: 4,
      expert_feed_forward_length: width,
    },
    tensors: [
      ...embeddings(embedding, vocabulary, shape.isTied ?? false),
      ...layersOf(layers, () => [
        ...attentionTensors(shape),
        small('ffn_norm', embedding),
        ...expertTensors(embedding, width, 32),
      ]),
    ],
  };
}

/** The same in every run, so that each file is laid out once. */
const smallModels = fc.sample(shapes, { numRuns: 60, seed: 7 }).map(modelOf);

const byName = new Map([...smallModels, ...realModels].map((model) => [model.name, model]));

/** By name, so that a counterexample can be read. */
export interface Files {
  name: string;
  of: (typeof levels)[number][];
}

/** Up to three levels of one model. */
export const files: fc.Arbitrary<Files> = fc.record({
  name: fc.oneof(
    { weight: 15, arbitrary: fc.constantFrom(...smallModels.map(({ name }) => name)) },
    { weight: 1, arbitrary: fc.constantFrom(...realModels.map(({ name }) => name)) },
  ),
  of: fc.subarray([...levels], { minLength: 1, maxLength: 3 }),
});

export function tableOf({ name, of }: Files): TableModel[] {
  const model = byName.get(name);
  return model ? of.map((level) => tableModelOf(model, level)) : [];
}
