import { readdirSync, readFileSync } from 'node:fs';

/** What a process and those it started have used so far, in milliseconds on a processor. Linux only; elsewhere 0. */
export function cpuMs(pid: number): number {
  return [pid, ...descendants(pid)].reduce((sum, each) => sum + ownCpuMs(each), 0);
}

/** The engine among the processes that a shell has started, or null. */
export function enginePid(shellPid: number): number | null {
  return descendants(shellPid).find((pid) => read(`/proc/${pid}/cmdline`).endsWith('\0engine\0')) ?? null;
}

export function ownCpuMs(pid: number): number {
  const threads = entries(`/proc/${pid}/task`);
  // Nanoseconds on a processor, nanoseconds of waiting for one, turns.
  const used = threads.map((thread) => Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]));
  return used.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

function descendants(pid: number): number[] {
  const children = entries(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Empty once the process or thread has ended. */
function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
