import type { ActualDevice, LoadRecord } from '../../src-main/contract/accuracy.contract.ts';
import type { DeviceMemory, LoadSettings } from '../../src-main/contract/plan.contract.ts';

export const GIB = 2 ** 30;
export const MIB = 2 ** 20;

export const loadSettings: LoadSettings = {
  gpuLayers: 0,
  contextSize: 8192,
  flashAttention: true,
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  batchSize: 512,
  threads: 4,
};

export function predictedDevice(name: string, change: Partial<DeviceMemory> = {}): DeviceMemory {
  const parts = { weightsBytes: 4 * GIB, kvCacheBytes: GIB, computeBytes: 256 * MIB, ...change };
  const totalBytes = parts.weightsBytes + parts.kvCacheBytes + parts.computeBytes;
  return { name, freeBytes: 8 * GIB, totalBytes, ...parts };
}

export function actualDevice(name: string, change: Partial<ActualDevice> = {}): ActualDevice {
  const parts = { weightsBytes: 4 * GIB, kvCacheBytes: GIB, computeBytes: 256 * MIB };
  return { name, ...parts, seenBytes: null, ...change };
}

export function loadRecord(change: Partial<LoadRecord> = {}): LoadRecord {
  return {
    id: 1,
    loadedAt: 1_700_000_000_000,
    modelName: 'Llama 3.1 8B',
    file: 'llama-Q4_K_M.gguf',
    level: 'Q4_K_M',
    sizeBytes: 4 * GIB,
    settings: loadSettings,
    predicted: {
      devices: [predictedDevice('Memory')],
      speed: { decodeTokensPerSecond: 20, prefillTokensPerSecond: 100, basis: 'measured' },
    },
    actual: [actualDevice('Memory')],
    failure: null,
    speeds: [],
    ...change,
  };
}
