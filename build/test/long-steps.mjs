import { inRoot, nodeBinary, root } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';
import { check } from './check.mjs';
import { result } from './results.mjs';

const WHOLE_RUN_LIMIT_MS = 3_600_000;

/** What `npm run test:long` does besides everything else. */
export const longSteps = [
  { name: 'no-network', alone: true, run: wholeSuiteWithoutNetwork },
  { name: 'perf', alone: true, run: () => check('benchmarks', ['tests/perf/run.ts']) },
];

/** All of `npm test` in a network namespace that has nothing but its own loopback. */
async function wholeSuiteWithoutNetwork({ env }) {
  const inNamespace = (script) => ['unshare', ['-rn', 'sh', '-c', `ip link set lo up && ${script}`]];
  const possible = process.platform === 'linux' && (await run(...inNamespace('true'))).code === 0;
  if (!possible) {
    const reason = 'needs Linux with unshare, ip and the right to make a network namespace';
    return result({ skipped: [{ name: 'the whole suite without a network', reason }] });
  }
  const { NIBBLE_LONG: _, ...shortForm } = env;
  const [command, args] = inNamespace('exec "$0" "$1"');
  const { code, output } = await run(command, [...args, nodeBinary(), inRoot('build', 'test.mjs')], {
    cwd: root,
    env: shortForm,
    timeoutMs: WHOLE_RUN_LIMIT_MS,
  });
  return code === 0 ? result({ passed: 1 }) : result({ failed: 1, output });
}
