import { expect, test } from 'vitest';
import { decodeSpeed } from '../../../../../src-main/domain/planner/speed/decode.ts';
import { median } from '../../../../../src-main/domain/planner/speed/numbers.ts';
import { prefillSpeed } from '../../../../../src-main/domain/planner/speed/prefill.ts';
import { leaveOneOut } from './leave-one-out.ts';
import { furtherRows } from './published/further-rows.ts';
import { prefillRows } from './published/prefill-rows.ts';
import { partialOffload, referenceRows } from './published/reference-rows.ts';
import type { PublishedRow } from './published/row.ts';

const predicted = ({ machine, input, depth }: PublishedRow) =>
  decodeSpeed(machine, input, depth).tokensPerSecond;
const errors = (rows: readonly PublishedRow[]) =>
  rows.map((row) => Math.abs(predicted(row) / row.tokensPerSecond - 1));

test('published decode speeds are predicted from the name of the device', () => {
  expect(median(errors(referenceRows))).toBeLessThanOrEqual(0.05);
  expect(median(errors([...referenceRows, ...furtherRows].filter((row) => !row.fitted)))).toBeLessThanOrEqual(
    0.15,
  );
  expect(Math.max(...errors(referenceRows))).toBeLessThanOrEqual(0.2);
});

test('nine of ten rows are within a fifth', () => {
  const sorted = errors([...referenceRows, ...furtherRows]).toSorted((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length * 0.9)]).toBeLessThanOrEqual(0.2);
});

test('a device whose rows no constant has seen is predicted within 15 %', () => {
  const leftOut = leaveOneOut([...referenceRows, ...furtherRows]);
  expect(leftOut.length).toBeGreaterThanOrEqual(9);
  expect(median(leftOut.map(({ medianError }) => medianError))).toBeLessThanOrEqual(0.15);
});

test('the last layers on the GPU are worth most', () => {
  const speeds = partialOffload.map(predicted);
  const layers = [10, 20, 30, 31, 32, 33, 34, 35];
  const gains = speeds.slice(1).map((speed, index) => {
    const more = (layers[index + 1] ?? 0) - (layers[index] ?? 0);
    return (speed - (speeds[index] ?? 0)) / more;
  });
  expect(gains).toEqual(gains.toSorted((a, b) => a - b));
  // Published: one step short of everything has 54 % of the speed.
  expect((speeds.at(-2) ?? 0) / (speeds.at(-1) ?? 1)).toBeLessThan(0.6);
});

test('larger batches read a prompt faster, along the published line', () => {
  const all = partialOffload.at(-1);
  if (!all) throw new Error('no rows');
  const published = { 128: 1436.51, 256: 1932.43, 512: 2254.45, 1024: 2498.61 };
  const speeds = Object.keys(published).map(
    (batch) => prefillSpeed(all.machine, all.input, Number(batch)).tokensPerSecond,
  );
  expect(speeds).toEqual(speeds.toSorted((a, b) => a - b));
  // The shape: from 128 to 1024 tokens a batch it rises by 1.74; by how much a card does is another matter (llama.cpp of 2023).
  const rise = (speeds.at(-1) ?? 0) / (speeds[0] ?? 1);
  expect(rise).toBeGreaterThan(1.3);
  expect(rise).toBeLessThan(2.2);
});

test('prompts are read about as fast as today’s llama.cpp does', () => {
  const today = prefillRows.filter(({ isOld }) => !isOld);
  const errorOf = today.map(({ machine, input, batch, tokensPerSecond }) =>
    Math.abs(prefillSpeed(machine, input, batch).tokensPerSecond / tokensPerSecond - 1),
  );
  expect(median(errorOf)).toBeLessThanOrEqual(0.1);
  expect(Math.max(...errorOf)).toBeLessThanOrEqual(0.3);
});
