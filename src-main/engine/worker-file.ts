import { basename, join } from 'node:path';

/** A worker's program: its source beside this file under tests, else its bundle beside the entries in `out/main`. */
export function workerFile(name: 'heartbeat-worker' | 'template-worker'): string {
  const here = import.meta.dirname;
  if (import.meta.filename.endsWith('.ts')) return join(here, `${name}.ts`);
  return join(here, basename(here) === 'chunks' ? '..' : '.', `${name}.js`);
}
