/**
 * `node mutant-child.ts DATA_DIR`: starts the desktop app once for every mutation, each time on fresh copies of its
 * modules with that one line changed, and prints as JSON which protections failed. Modules of one mutant are told
 * from those of another by a query in their address.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { mutations } from './mutations.ts';
import { failingProtections, type Started } from './protections.ts';

const root = join(import.meta.dirname, '../..');
const double = new URL('../helpers/electron-double/electron.ts', import.meta.url).href;
const copied = [new URL('../../src-main/shells/', import.meta.url), new URL('.', double)].map(String);

registerHooks({
  resolve(specifier, context, next) {
    const mutant =
      context.parentURL === undefined ? null : new URL(context.parentURL).searchParams.get('mutant');
    const resolved = specifier === 'electron' ? { url: double } : next(specifier, context);
    const isCopied = mutant !== null && copied.some((folder) => resolved.url.startsWith(folder));
    const url = isCopied ? `${resolved.url.split('?')[0]}?mutant=${mutant}` : resolved.url;
    return { ...resolved, url, shortCircuit: true };
  },
  load(url, context, next) {
    const loaded = next(url, context);
    const mutation = mutations[Number(new URL(url).searchParams.get('mutant') ?? Number.NaN)];
    if (mutation === undefined || !url.includes(`/src-main/shells/${mutation.file}?`)) return loaded;
    const source = new TextDecoder().decode(loaded.source as Uint8Array);
    if (!source.includes(mutation.find)) throw new Error(`${mutation.file} has no ${mutation.find}`);
    return { ...loaded, source: source.replace(mutation.find, mutation.replace ?? '') };
  },
});

interface Modules {
  double: Started['double'];
  electron: Started['electron'];
}

async function failuresOf(mutant: number, dataDir: string): Promise<string[]> {
  const load = (path: string) => import(`${join(root, path)}?mutant=${mutant}`) as Promise<unknown>;
  const electron = (await load('tests/helpers/electron-double/electron.ts')) as Modules['electron'];
  const { double: state } = (await load('tests/helpers/electron-double/double.ts')) as Pick<
    Modules,
    'double'
  >;
  const ended = new Promise((resolve) => (state.onExit = resolve));
  process.argv = [process.execPath, 'main.ts', '--data-dir', dataDir];
  await load('src-main/shells/electron/main.ts');
  await electron.app.whenReady();
  // DesktopApp.start runs in the same turn and makes the window.
  await new Promise((resolve) => setImmediate(resolve));
  const [window] = state.windows;
  if (window === undefined) throw new Error(`mutant ${mutant}: ${JSON.stringify(state.errorBoxes)}`);
  const failing = await failingProtections({ double: state, electron, window });
  electron.app.quit();
  await ended;
  return failing;
}

const folder = process.argv.at(-1)!;
const results: string[][] = [];
for (const mutant of mutations.keys()) results.push(await failuresOf(mutant, join(folder, String(mutant))));
process.stdout.write(JSON.stringify(results));
