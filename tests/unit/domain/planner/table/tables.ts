import { parseLevel } from '../../../../../src-main/domain/gguf/names.ts';
import type { GgufHeader, ModelSummary } from '../../../../../src-main/domain/gguf/types.ts';
import { modelledSpeed } from '../../../../../src-main/domain/planner/speed/machine-speed.ts';
import type { TableMachine, TableModel } from '../../../../../src-main/domain/planner/table/types.ts';
import { realModel, type RealModel } from '../../../../helpers/real-models.ts';
import { realHeader } from '../../../../helpers/sparse-gguf.ts';
import { knownLayout } from '../known-layout.ts';

export const GIB = 2 ** 30;

/** Label in the file's name, type of the matrices. */
export const levels = [
  ['F16', 'F16'],
  ['Q8_0', 'Q8_0'],
  ['Q6_K', 'Q6_K'],
  ['Q5_K_M', 'Q5_K'],
  ['Q4_K_M', 'Q4_K'],
  ['Q3_K_M', 'Q3_K'],
  ['Q2_K', 'Q2_K'],
] as const;

const known = new Map<string, TableModel>();

/** One file of a model in the form a repository has it. */
export function tableModel(name: string, level: readonly [string, string]): TableModel {
  return tableModelOf(realModel(name), level);
}

export function tableModelOf(model: RealModel, [label, type]: readonly [string, string]): TableModel {
  const file = `${model.name}-${label}.gguf`;
  const made = known.get(file) ?? makeModel(model, file, type);
  known.set(file, made);
  return made;
}

function makeModel(model: RealModel, file: string, type: string): TableModel {
  const header = realHeader(model, type);
  return {
    file,
    header,
    sizeBytes: header.fileSizeBytes,
    summary: summaryOf(model, file, header),
    uploader: null,
  };
}

/** What `summarizeModel` says of a header that has a tokenizer too. */
function summaryOf(model: RealModel, file: string, header: GgufHeader): ModelSummary {
  const layout = knownLayout(model, 'F16');
  const weightsBytes = header.tensors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const parameters = header.tensors.reduce(
    (sum, { dimensions }) => sum + dimensions.reduce((product, size) => product * size, 1),
    0,
  );
  const attending = layout.layers.find(({ cache }) => cache.kind !== 'recurrent') ?? layout.layers[0];
  return {
    name: model.name,
    architecture: layout.architecture,
    level: parseLevel(file)?.label ?? null,
    parameters,
    bitsPerWeight: (8 * weightsBytes) / parameters,
    weightsBytes,
    trainedContext: layout.trainedContext,
    layers: layout.layers.length,
    embeddingLength: layout.embeddingLength,
    headsKv: layout.layers.map(({ headsKv }) => headsKv),
    headSizeK: attending?.headSizeK ?? 0,
    headSizeV: attending?.headSizeV ?? 0,
    vocabularySize: layout.vocabularySize,
    chatTemplate: null,
  };
}

export const tableOf = (name: string): TableModel[] => levels.map((level) => tableModel(name, level));

export interface MachineOptions {
  ramGib: number;
  vramGib?: number;
  unified?: boolean;
  bandwidthBytesPerSecond?: number;
  gpuName?: string;
  gpuBandwidthBytesPerSecond?: number;
  /** Of both memories, what is free. */
  freeShare?: number;
}

export function tableMachine(options: MachineOptions): TableMachine {
  const { ramGib, vramGib, unified = false, gpuName = 'RTX 4060', freeShare = 0.9 } = options;
  const gpu =
    vramGib === undefined
      ? null
      : {
          name: gpuName,
          backend: 'cuda' as const,
          totalBytes: Math.floor(vramGib * GIB),
          freeBytes: Math.floor(vramGib * GIB * freeShare),
          unified,
        };
  const cpuFeatures = ['AVX2'];
  const { bandwidthBytesPerSecond, gpuBandwidthBytesPerSecond } = options;
  return {
    memory: {
      totalBytes: Math.floor(ramGib * GIB),
      availableBytes: Math.floor(ramGib * GIB * freeShare),
    },
    gpu,
    cpuFeatures,
    threads: 8,
    areThreadsMeasured: false,
    speed: modelledSpeed({
      gpus: gpu ? [{ ...gpu, bandwidthBytesPerSecond: gpuBandwidthBytesPerSecond }] : [],
      cpu: { model: null, physicalCores: 8, features: cpuFeatures, bandwidthBytesPerSecond },
    }),
  };
}
