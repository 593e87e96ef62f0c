import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { whyCannotMount } from '../helpers/mounting.ts';
import { temporaryFolder } from './helpers.ts';

/** Why no disk can be mounted here, or null. */
export const cannotMount = whyCannotMount();

/** An empty disk of that size, gone with the test. */
export function mountSmallDisk(sizeKiB: number): string {
  const path = temporaryFolder();
  mount('-t', 'tmpfs', '-o', `size=${sizeKiB}k`, 'nibble-test', path);
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', path]);
  });
  return path;
}

export function makeReadOnly(path: string): void {
  mount('-o', 'remount,ro', path);
}

export function makeWritable(path: string): void {
  mount('-o', 'remount,rw', path);
}

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
