import type { Plan, PlanVariant } from '../../contract/plan.contract.ts';
import { formatBytes, formatTable } from './output.ts';

/**
 * A row for each level, the larger first and what could not be planned last, with `>` at the one to take; then why. A single one has
 * its reasons too.
 */
export function describePlan({ variants, pick, why }: Plan): string {
  const rows = [...variants.entries()]
    .toSorted(([, a], [, b]) => Number(isPlanned(b)) - Number(isPlanned(a)) || b.sizeBytes - a.sizeBytes)
    .map(([index, variant]) => [index === pick ? '>' : '', ...cells(variant)]);
  const [only] = variants;
  const reasons =
    variants.length === 1 && only ? `\n${only.reasons.map((text) => `- ${text}\n`).join('')}` : '';
  return `${formatTable([HEAD, ...rows], RIGHT)}\n${why}\n${reasons}`;
}

const HEAD = [
  '',
  'Level',
  'Bits',
  'Size',
  'Fits',
  'Context',
  'Cache',
  'Memory',
  'Answers/s',
  'Reads/s',
  'Loss',
  'Quality',
  'File',
];
/** Columns of figures; answering and reading in tokens. */
const RIGHT = new Set([2, 3, 5, 8, 9, 10]);

function cells(variant: PlanVariant): string[] {
  const { bitsPerWeight, contextSize, cacheTypeK, cacheTypeV, memory, speed, quality } = variant;
  const planned = isPlanned(variant);
  return [
    variant.label ?? '?',
    bitsPerWeight > 0 ? bitsPerWeight.toFixed(2) : '?',
    formatBytes(variant.sizeBytes),
    planned ? fitWords(variant) : 'not planned',
    planned ? String(contextSize) : '',
    planned ? (cacheTypeK === cacheTypeV ? cacheTypeK : `${cacheTypeK}/${cacheTypeV}`) : '',
    memory.devices.map(({ name, totalBytes }) => `${name} ${formatBytes(totalBytes)}`).join(' + '),
    rateWords(speed.decodeTokensPerSecond),
    rateWords(speed.prefillTokensPerSecond),
    quality.meanKld === null ? '' : quality.meanKld.toFixed(4),
    quality.words,
    planned ? variant.file : `${variant.file}: ${variant.reasons[0] ?? ''}`,
  ];
}

function rateWords(rate: number | null): string {
  return rate === null ? '' : rate.toFixed(rate < 10 ? 1 : 0);
}

function isPlanned({ memory }: PlanVariant): boolean {
  return memory.devices.length > 0;
}

function fitWords({ fits, gpuLayers, totalLayers }: PlanVariant): string {
  switch (fits) {
    case 'gpu':
      return 'all on the GPU';
    case 'partial':
      return `${gpuLayers} of ${totalLayers} layers`;
    case 'cpu':
      return 'memory only';
    case 'no':
      return 'no';
  }
  return fits satisfies never;
}
