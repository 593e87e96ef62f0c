import { sizeInWords } from '../../base/size-in-words.ts';
import type { AccuracyRow, Reserve } from '../../contract/accuracy.contract.ts';
import { MAIN_MEMORY } from '../planner/choose.ts';
import { LEAST_LOADS } from './reserve.ts';

const MIB = 2 ** 20;
/** Closer than this nobody can tell the difference. */
const EXACT_SHARE = 0.02;
/** Much of a tiny model, and nothing to a computer. */
const EXACT_BYTES = 8 * MIB;

/** How far the predictions for one model were off, a sentence for memory and one for speed. */
export function accuracyInWords(row: Omit<AccuracyRow, 'words'>): string {
  const { devices, decode, failures, loads } = row;
  return [
    ...(failures > 0 ? [failureSentence(failures, loads)] : []),
    ...devices.map(({ name, total }) => memorySentence(placeOf(name), total)),
    ...(decode ? [speedSentence(decode)] : []),
  ].join(' ');
}

function failureSentence(failures: number, loads: number): string {
  if (failures === loads)
    return loads === 1 ? 'The memory was not there: loading failed.' : `All ${loads} loads failed.`;
  return `${failures} of ${loads} loads failed, because the memory was not there.`;
}

interface Compared {
  predicted: number;
  actual: number;
}

function memorySentence(place: string, { predicted, actual }: Compared): string {
  const difference = actual - predicted;
  if (Math.abs(difference) <= EXACT_SHARE * actual) return `${place} is taken as predicted.`;
  if (Math.abs(difference) <= EXACT_BYTES) return `${place} is taken as predicted, but for a few MiB.`;
  const way = difference > 0 ? 'more' : 'less';
  return `${place}: ${sizeInWords(Math.abs(difference))} ${way} than predicted (${inPercent(difference, predicted)}).`;
}

function speedSentence({ predicted, actual }: Compared): string {
  const share = (actual - predicted) / predicted;
  if (!Number.isFinite(share)) return '';
  if (Math.abs(share) <= 0.05) return 'Answers come as fast as predicted.';
  return `Answers come ${inPercent(actual - predicted, predicted)} ${share > 0 ? 'faster' : 'slower'} than predicted.`;
}

/** Why so much of a device is left free. */
export function reserveInWords({ device, bytes, defaultBytes, loads }: Omit<Reserve, 'words'>): string {
  const place = device === MAIN_MEMORY ? 'main memory' : device;
  if (loads < LEAST_LOADS)
    return `${sizeInWords(bytes)} of ${place} stay free. After ${LEAST_LOADS} loads Nibble learns from them how much it has to be.`;
  const from = `learned from ${loads} loads`;
  if (bytes > defaultBytes)
    return `${sizeInWords(bytes)} of ${place} stay free, ${from}: more than usual (${sizeInWords(defaultBytes)}), because models took more than predicted.`;
  if (bytes < defaultBytes)
    return `${sizeInWords(bytes)} of ${place} stay free, ${from}: less than usual (${sizeInWords(defaultBytes)}), because the predictions held.`;
  return `${sizeInWords(bytes)} of ${place} stay free, ${from}: the usual, because the predictions held.`;
}

function placeOf(device: string): string {
  return device === MAIN_MEMORY ? 'Main memory' : device;
}

function inPercent(difference: number, of: number): string {
  const percent = Math.abs((100 * difference) / of);
  return `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}
