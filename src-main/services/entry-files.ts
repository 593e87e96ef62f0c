import { basename, join } from 'node:path';

/** Programs that run in a process or thread of their own, and their sources below `src-main`. */
const entries = {
  'engine-child': 'engine/child.ts',
  'heartbeat-worker': 'engine/heartbeat-worker.ts',
  'template-worker': 'engine/template-worker.ts',
  'hash-worker': 'services/downloads/hash-worker.ts',
  'store-worker': 'services/store/store-worker.ts',
  'library-worker': 'services/library/worker/library-worker.ts',
} as const;
export type EntryName = keyof typeof entries;

/** The file to start for `name`: the source under tests (Node strips the types), else its bundle in `out/main`. */
export function entryFile(name: EntryName): string {
  const here = import.meta.dirname;
  if (import.meta.filename.endsWith('.ts')) return join(here, '..', entries[name]);
  return join(here, basename(here) === 'chunks' ? '..' : '.', `${name}.js`);
}
