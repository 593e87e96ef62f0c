/**
 * Shapes of real models as metadata and tensor lists, after their published configurations and `load_arch_tensors` of
 * llama.cpp v0.5.0. They have no weights: what needs only a header (simulation, planning) takes them as they are.
 */
import type { GgufValueType } from '../../src-main/domain/gguf/types.ts';
import { denseModels } from './real-models-dense.ts';
import { expertModels } from './real-models-experts.ts';
import { statefulModels } from './real-models-stateful.ts';

export interface RealTensor {
  name: string;
  dimensions: number[];
  /** Matrices have the level's type where their rows allow it; small tensors are F32. */
  role: 'matrix' | 'small';
}

export interface RealModel {
  name: string;
  architecture: string;
  vocabulary: number;
  /** Without the architecture's prefix. */
  keys: Record<string, RealValue>;
  tensors: RealTensor[];
}

export type RealValue =
  number | number[] | boolean[] | { f32: number } | { type: GgufValueType; value: number };

export const realModels: readonly RealModel[] = [...denseModels, ...expertModels, ...statefulModels];

export function realModel(name: string): RealModel {
  const model = realModels.find((candidate) => candidate.name === name);
  if (!model) throw new RangeError(`there is no model ${name}`);
  return model;
}
