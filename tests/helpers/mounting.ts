import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why no disk can be mounted here, or null. Who is root in a namespace may still not mount: only trying tells. */
export function whyCannotMount(): string | null {
  if (process.platform !== 'linux') return 'small disks are mounted on Linux only';
  const path = mkdtempSync(join(tmpdir(), 'nibble-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'nibble-test', path], { stdio: 'ignore' });
    execFileSync('umount', [path], { stdio: 'ignore' });
    return null;
  } catch {
    return 'mounting a small disk needs root';
  } finally {
    rmdirSync(path);
  }
}
