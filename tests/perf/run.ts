/** `node tests/perf/run.ts [NAME…]`: runs the benchmarks one after the other. They print figures and judge nothing. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const benchmarks = [
  'library',
  'start-and-idle',
  'engine-loop',
  'app-decode',
  'page-attached',
  'remote-header',
  'plan-table',
  'speed-prediction',
  'calibrated-speed',
  'tuner',
  'downloads',
  'memory-prediction',
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benchmarks.includes(name));
if (unknown.length > 0)
  throw new Error(`no benchmark ${unknown.join(', ')}; there are ${benchmarks.join(', ')}`);

for (const name of wanted.length > 0 ? wanted : benchmarks) {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`)], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
