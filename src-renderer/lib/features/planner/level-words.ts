import type { DeviceMemory, ExpectedQuality, ExpectedSpeed, PlanVariant } from '$contract/plan.contract.ts';
import { counted, formatBytes } from '../../format/figures.ts';
import { plainName } from '../../format/visible-text.ts';

/** `Q4_K_M`, or the file's name where nothing tells the level. */
export function levelName({ label, file }: PlanVariant): string {
  return plainName(label ?? fileName(file));
}

export function fileName(path: string): string {
  return plainName(path.split(/[\\/]/).at(-1) ?? path);
}

export function fitsInWords({ fits, gpuLayers, totalLayers }: PlanVariant): string {
  switch (fits) {
    case 'gpu':
      return 'All on the GPU';
    case 'partial':
      return `${gpuLayers} of ${counted(totalLayers, 'layer')}`;
    case 'cpu':
      return 'Memory only';
    case 'no':
      return 'No';
    default:
      return fits satisfies never;
  }
}

export const fitsTones = { gpu: 'good', partial: 'warn', cpu: 'plain', no: 'bad' } as const;

export const speedBases: Record<ExpectedSpeed['basis'], string> = {
  measured: 'measured here',
  given: 'from the machine’s figures',
  modelled: 'modelled',
  unknown: 'unknown',
};

const qualityBases: Record<ExpectedQuality['basis'], string> = {
  measured: 'Measured',
  published: 'Published',
  modelled: 'Modelled',
  unknown: 'Unknown',
};

/** Where the expected loss comes from: `Published: llama.cpp#5962`. */
export function qualityOrigin({ basis, source }: ExpectedQuality): string {
  return source ? `${qualityBases[basis]}: ${plainName(source)}` : qualityBases[basis];
}

/** `0.0052`, `0.031`, `1.42`: two digits that count, at most four places. */
export function formatKld(kld: number): string {
  if (kld === 0) return '0';
  if (kld >= 0.1) return kld.toFixed(2);
  return kld.toFixed(kld >= 0.01 ? 3 : 4);
}

/** `0.031 (0.018 to 0.052)`; null where nothing is known. */
export function kldWithRange({ meanKld, low, high }: ExpectedQuality): string | null {
  if (meanKld === null) return null;
  const [from, to] = [low, high].map((bound) => (bound === null ? null : formatKld(bound)));
  const range = from && to && from !== to ? ` (${from} to ${to})` : '';
  return `${formatKld(meanKld)}${range}`;
}

export function neededBytes({ memory }: PlanVariant): number {
  return memory.devices.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
}

export function deviceInWords(device: DeviceMemory): string {
  const { name, weightsBytes, kvCacheBytes, computeBytes, totalBytes, freeBytes } = device;
  const parts = [
    `weights ${formatBytes(weightsBytes)}`,
    `cache ${formatBytes(kvCacheBytes)}`,
    `compute ${formatBytes(computeBytes)}`,
  ];
  return `${plainName(name)}: ${formatBytes(totalBytes)} of ${formatBytes(freeBytes)} free (${parts.join(', ')})`;
}
