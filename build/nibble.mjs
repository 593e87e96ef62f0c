/** `npm run -s nibble -- …`: Nibble's command line. What it prints goes through untouched. */
import { callersFolder, inRoot, nodeBinary } from './lib/paths.mjs';
import { endWith, prepare } from './lib/prepare.mjs';
import { handOver } from './lib/run.mjs';

await endWith(async () => {
  await prepare();
  const args = [inRoot('out', 'main', 'cli.js'), ...process.argv.slice(2)];
  return handOver(nodeBinary(), args, { cwd: callersFolder() });
});
