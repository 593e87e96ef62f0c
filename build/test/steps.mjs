import { build, isBuilt } from '../lib/build.mjs';
import { electronBinary } from '../lib/electron.mjs';
import { windowObstacle } from '../lib/shell-choice.mjs';
import { check, tool } from './check.mjs';
import { addUp, result } from './results.mjs';
import { playwrightSuite, vitestSuite } from './suite.mjs';

const svelteCheck = ['--workspace', 'src-renderer', '--tsconfig', './tsconfig.json', '--fail-on-warnings'];

/**
 * The steps of `npm test` in order: `{ name, run(context), alone?, browser? }`. Neighbours that are not `alone` run two
 * at a time; steps with `browser` are skipped where no Chromium is to be had. `context` is `{ env }`.
 * The build comes first: several suites run what it made.
 */
export const steps = [
  { name: 'build', alone: true, run: buildChecks },
  { name: 'format', run: () => check('format', tool('prettier', '--check', '--log-level=warn', '.')) },
  { name: 'lint', run: () => check('lint', tool('eslint', '-c', 'build/checks/eslint.config.js', '.')) },
  { name: 'types', run: () => check('types', ['build/checks/types.mjs']) },
  { name: 'svelte-types', run: () => check('svelte-types', tool('svelte-check', ...svelteCheck)) },
  {
    name: 'layers',
    run: () =>
      check(
        'layers',
        tool('dependency-cruiser', '-c', 'build/checks/dependency-cruiser.cjs', 'src-main', 'src-renderer'),
      ),
  },
  {
    name: 'dead-code',
    run: () => check('dead code', tool('knip', '-c', 'build/checks/knip.json', '--no-progress')),
  },
  { name: 'lockfile', run: () => check('lockfile', ['build/checks/lockfile.mjs']) },
  { ...vitestStep('store'), alone: false },
  { ...vitestStep('electron'), alone: false, browser: true },
  ...['checks', 'unit', 'contract', 'engine'].map(vitestStep),
  { ...vitestStep('component'), browser: true },
  { name: 'e2e', alone: true, browser: true, run: ({ env }) => playwrightSuite('e2e', env) },
  { name: 'e2e-electron', alone: true, run: electronSuite },
];

function vitestStep(name) {
  return { name, alone: true, run: ({ env }) => vitestSuite(name, env) };
}

/** The same end-to-end suite in Electron itself, where its program is installed and a window can open. */
function electronSuite({ env }) {
  const obstacle = electronBinary() ? windowObstacle() : "Electron's program is not installed";
  if (obstacle) return result({ skipped: [{ name: 'e2e-electron suite', reason: obstacle }] });
  return playwrightSuite('e2e-electron', env);
}

async function buildChecks() {
  try {
    if (!isBuilt()) await build(() => undefined);
  } catch (error) {
    return result({ failed: 1, output: error.message });
  }
  const checks = await Promise.all([
    check('startup', ['build/checks/startup-modules.mjs']),
    check('bundle size', ['build/checks/bundle-size.mjs'], { notes: true }),
  ]);
  return addUp([result({ passed: 1 }), ...checks]);
}
