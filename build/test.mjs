/**
 * `npm test [-- names of steps]`: installs what is missing and runs every check and suite. Its last line is
 * `N passed, N failed, N skipped`. Runs on Node 20 with nothing installed, so it imports Node's own modules only.
 */
import { inRoot } from './lib/paths.mjs';
import { endWith, prepare } from './lib/prepare.mjs';
import { endAll } from './lib/run.mjs';
import { findBrowser, installSoftwareGpu } from './test/browser.mjs';
import { addUp, describeStep, describeTotal, result } from './test/results.mjs';
import { chooseSteps } from './test/choose-steps.mjs';

const NO_BROWSER =
  'no Chromium was found and none could be installed; install Chromium or set NIBBLE_CHROMIUM to one';

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    endAll();
    process.exit(130);
  });
}

await endWith(async () => {
  const { steps, long } = chooseSteps(process.argv.slice(2));
  await prepare({ builds: false });
  const chromium = steps.some(({ browser }) => browser) ? await findBrowser() : null;
  await installSoftwareGpu();
  const env = {
    ...process.env,
    // Hundreds of processes and threads start from the same sources; compiled once, a start takes half as long.
    NODE_COMPILE_CACHE: inRoot('node_modules', '.cache', 'compiled'),
    ...(chromium && { NIBBLE_CHROMIUM: chromium }),
    ...(long && { NIBBLE_LONG: '1' }),
  };

  const results = [];
  const runStep = async (step) => {
    const startedAt = Date.now();
    const skipped = step.browser && !chromium ? [{ name: `${step.name} suite`, reason: NO_BROWSER }] : null;
    const outcome = skipped ? result({ skipped }) : await step.run({ env });
    results.push(outcome);
    process.stdout.write(`${describeStep(step.name, outcome, (Date.now() - startedAt) / 1000)}\n`);
  };
  const waiting = [...steps];
  const lane = async () => {
    while (waiting.length > 0 && !waiting[0].alone) await runStep(waiting.shift());
  };
  while (waiting.length > 0) {
    if (waiting[0].alone) await runStep(waiting.shift());
    else await Promise.all([lane(), lane()]);
  }

  const total = addUp(results);
  process.stdout.write(`\n${describeTotal(total)}\n`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
});
