import { readFileSync } from 'node:fs';

/** How many processes the kernel has ended for lack of memory since it started; null where it does not tell (only Linux does). */
export function oomKills(): number | null {
  if (process.platform !== 'linux') return null;
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1];
    return count === undefined ? null : Number(count);
  } catch {
    return null; // A sandbox without /proc.
  }
}
