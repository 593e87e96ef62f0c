/**
 * Predicted against published decode speed, before any calibration: `node tests/perf/speed-prediction.ts`. Pure arithmetic, no timing.
 * A row is "fitted" if any constant was chosen with a look at rows of its set; the others are predictions from the device's name alone.
 */
import { decodeSpeed } from '../../src-main/domain/planner/speed/decode.ts';
import { prefillSpeed } from '../../src-main/domain/planner/speed/prefill.ts';
import { median } from '../../src-main/domain/planner/speed/numbers.ts';
import { leaveOneOut, withoutSeries } from '../unit/domain/planner/speed/leave-one-out.ts';
import { furtherRows } from '../unit/domain/planner/speed/published/further-rows.ts';
import { prefillRows } from '../unit/domain/planner/speed/published/prefill-rows.ts';
import { referenceRows } from '../unit/domain/planner/speed/published/reference-rows.ts';
import type { PublishedRow } from '../unit/domain/planner/speed/published/row.ts';

function relativeError({ machine, input, depth, tokensPerSecond }: PublishedRow): number {
  return decodeSpeed(machine, input, depth).tokensPerSecond / tokensPerSecond - 1;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function print(title: string, rows: readonly PublishedRow[]): void {
  console.log(`\n${title}\n`);
  console.log('| set | row | fitted | published t/s | predicted t/s | error |');
  console.log('| --- | --- | --- | ---: | ---: | ---: |');
  for (const row of rows) {
    const predicted = decodeSpeed(row.machine, row.input, row.depth).tokensPerSecond;
    const cells = [row.set, row.label, row.fitted ? 'fitted' : 'predicted', row.tokensPerSecond.toFixed(2)];
    console.log(`| ${cells.join(' | ')} | ${predicted.toFixed(2)} | ${percent(relativeError(row))} |`);
  }
}

function summarize(title: string, rows: readonly PublishedRow[]): void {
  const errors = rows.map((row) => Math.abs(relativeError(row)));
  console.log(
    `${title}: median ${percent(median(errors))}, worst ${percent(Math.max(...errors))}, ${rows.length} rows`,
  );
}

print('Reference figures', referenceRows);
print('Elsewhere', furtherRows);
console.log();
const all = [...referenceRows, ...furtherRows];
for (const set of new Set(all.map((row) => row.set)))
  summarize(
    set,
    all.filter((row) => row.set === set),
  );
summarize('reference figures', referenceRows);
summarize(
  'only predicted',
  all.filter((row) => !row.fitted),
);
summarize('everything', all);

console.log('\nEach device predicted by constants fitted to all others of its kind\n');
console.log('| left out | rows | read efficiency | per layer | median error |');
console.log('| --- | ---: | ---: | ---: | ---: |');
const leftOut = leaveOneOut(all);
for (const { set, rows, fit, medianError } of leftOut) {
  const perLayer = `${(fit.secondsPerLayer * 1e6).toFixed(0)} µs`;
  console.log(
    `| ${set} | ${rows} | ${fit.readEfficiency.toFixed(2)} | ${perLayer} | ${percent(medianError)} |`,
  );
}
console.log(`median over devices ${percent(median(leftOut.map(({ medianError }) => medianError)))}`);

console.log('\nDevices of a series with constants of its own, predicted without these\n');
const general = withoutSeries(all);
for (const { set, rows, medianError } of general)
  console.log(`| ${set} | ${rows} | ${percent(medianError)} |`);
const everyDevice = [...leftOut, ...general].map(({ medianError }) => medianError);
console.log(`median over these ${percent(median(general.map(({ medianError }) => medianError)))}`);
console.log(`median over all ${everyDevice.length} devices ${percent(median(everyDevice))}`);

console.log('\nReading a prompt\n');
console.log('| set | row | published t/s | predicted t/s | error |');
console.log('| --- | --- | ---: | ---: | ---: |');
for (const { set, label, machine, input, batch, tokensPerSecond, isOld } of prefillRows) {
  const predicted = prefillSpeed(machine, input, batch).tokensPerSecond;
  const cells = [set, `${label}${isOld ? ' (2023)' : ''}`, tokensPerSecond.toFixed(0), predicted.toFixed(0)];
  console.log(`| ${cells.join(' | ')} | ${percent(predicted / tokensPerSecond - 1)} |`);
}
