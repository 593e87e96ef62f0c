/**
 * `npm start`: installs and builds what is missing, then opens Nibble in a window or in the browser.
 * Runs on Node 20 with nothing installed, so it imports Node's own modules only.
 */
import { parseStartFlags, startUsage } from './lib/flags.mjs';
import { callersFolder, inRoot, nodeBinary } from './lib/paths.mjs';
import { endWith, prepare, say } from './lib/prepare.mjs';
import { handOver } from './lib/run.mjs';
import { chooseShell } from './lib/shell-choice.mjs';

await endWith(async () => {
  const flags = parseStartFlags(process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(`${startUsage}\n`);
    return 0;
  }
  await prepare();
  const choice = await chooseShell(flags.shell);
  const env = { ...process.env, NIBBLE_NODE: nodeBinary() };
  if (choice.shell === 'electron') {
    say(`Opening Nibble's window (${choice.why}).`);
    const args = [inRoot('out', 'main', 'electron.js'), ...flags.folders];
    return handOver(choice.binary, args, { cwd: callersFolder(), env });
  }
  say(`Nibble runs as a page for the browser (${choice.why}). Press Ctrl-C to end it.`);
  const args = [inRoot('out', 'main', 'web.js'), ...flags.folders];
  if (flags.port !== null) args.push('--port', String(flags.port));
  if (!flags.open) args.push('--no-open');
  return handOver(nodeBinary(), args, { cwd: callersFolder(), env });
});
