import { readFileSync, readdirSync } from 'node:fs';

/** Processes below `parent` whose command line contains `part`. Reads /proc, so Linux only. */
export function findDescendants(parent: number, part: string): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const ppid = readParent(Number(name));
    if (ppid !== null) children.set(ppid, [...(children.get(ppid) ?? []), Number(name)]);
  }
  const descendants = (pid: number): number[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...descendants(child)]);
  return descendants(parent).filter((pid) => readProc(pid, 'cmdline')?.replaceAll('\0', ' ').includes(part));
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readProc(pid, 'status') ?? '')?.[1];
  if (kib === undefined) throw new Error(`process ${pid} has ended`);
  return Number(kib) * 1024;
}

function readParent(pid: number): number | null {
  // The name in brackets may hold spaces and brackets itself.
  const fields = readProc(pid, 'stat')
    ?.replace(/^.*\) /s, '')
    .split(' ');
  return fields?.[1] === undefined ? null : Number(fields[1]);
}

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The process ended meanwhile.
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}
