import type { AccuracyRow } from '$contract/accuracy.contract.ts';
import { counted, formatBytes, formatCount, formatRate } from '../../format/figures.ts';
import { deviceTitle } from './ledger-words.ts';

/** Files of one name may differ in size, so only file and settings together name a row. */
export function rowKey({ file, lastLoadedAt, settings }: AccuracyRow): string {
  return [file, lastLoadedAt, ...Object.values(settings)].join(' ');
}

/** `8,192 context · 33 layers on the GPU · q8_0 cache` */
export function settingsInWords({ settings }: AccuracyRow): string {
  const { contextSize, gpuLayers, cacheTypeK, threads } = settings;
  return [
    `${formatCount(contextSize)} context`,
    gpuLayers > 0 ? `${counted(gpuLayers, 'layer')} on the GPU` : counted(threads, 'thread'),
    ...(cacheTypeK === 'f16' ? [] : [`${cacheTypeK} cache`]),
  ].join(' · ');
}

/** `3 loads, 12 answers, last on May 4` */
export function countsInWords({ loads, answers, lastLoadedAt }: AccuracyRow): string {
  const day = new Date(lastLoadedAt).toLocaleDateString('en', { day: 'numeric', month: 'long' });
  return `${counted(loads, 'load')}, ${counted(answers, 'answer')}, last on ${day}`;
}

export interface Measure {
  readonly key: string;
  readonly label: string;
  readonly predicted: string;
  readonly actual: string;
  /** Actual over predicted: 1 is exact. */
  readonly ratio: number;
}

/** Every figure that was predicted and measured, memory first. */
export function measures({ devices, decode, prefill }: AccuracyRow): Measure[] {
  const memory = devices.map(({ name, total }) => ({
    key: name,
    label: deviceTitle({ name }),
    predicted: formatBytes(total.predicted),
    actual: formatBytes(total.actual),
    ratio: total.actual / Math.max(1, total.predicted),
  }));
  const speed = (key: string, label: string, figures: AccuracyRow['decode']): Measure[] =>
    figures === null || figures.predicted <= 0
      ? []
      : [
          {
            key,
            label,
            predicted: formatRate(figures.predicted),
            actual: formatRate(figures.actual),
            ratio: figures.actual / figures.predicted,
          },
        ];
  return [
    ...memory,
    ...speed('decode', 'Answering, tokens/s', decode),
    ...speed('prefill', 'Reading, tokens/s', prefill),
  ];
}
