/** Published measurements of llama.cpp, as inputs of the speed model: the unit tests and `tests/perf/speed-prediction.ts` read them. */
import { weightFormatOf } from '../../../../../../src-main/domain/planner/speed/backends.ts';
import {
  modelledSpeed,
  type MachineDescription,
} from '../../../../../../src-main/domain/planner/speed/machine-speed.ts';
import type { MachineSpeed, SpeedModelInput } from '../../../../../../src-main/domain/planner/speed/types.ts';

export const GIB = 2 ** 30;
export const GB = 1e9;
/** `tg128` fills the context from 0 to 128. */
export const AVERAGE_OF_128 = 64;

export interface PublishedRow {
  label: string;
  /** Rows of one set were measured on one device. */
  set: string;
  /** Whether any constant of the model was chosen with a look at rows of this set. */
  fitted: boolean;
  machine: MachineSpeed;
  input: SpeedModelInput;
  depth: number;
  tokensPerSecond: number;
}

export interface Shape {
  /** Without token embeddings, unless the output layer shares them. */
  weightsBytes: number;
  weights: number;
  layers: number;
  /** f16 cache per token of context. */
  cacheBytes: number;
}

export function onOneDevice(shape: Shape, level: string, flashAttention: boolean): SpeedModelInput {
  const { weightsBytes, weights, layers, cacheBytes } = shape;
  const cache = [{ bytesPerPosition: cacheBytes, window: null }];
  return {
    shares: [
      {
        device: 0,
        reads: [{ format: weightFormatOf(level), bytes: weightsBytes, weights }],
        layers,
        cache,
        stateBytes: 0,
      },
    ],
    flashAttention,
    cacheTypeK: 'f16',
    cacheTypeV: 'f16',
    crossings: 0,
  };
}

export function machineOf(
  name: string,
  backend: 'cuda' | 'vulkan' | 'metal',
  cpu: string | null = null,
): MachineSpeed {
  const description: MachineDescription = {
    gpus: [{ name, backend, unified: backend === 'metal' }],
    cpu: { model: cpu, physicalCores: 8, features: ['AVX2'] },
  };
  return modelledSpeed(description);
}
