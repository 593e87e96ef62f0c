import { setFlagsFromString } from 'node:v8';

/**
 * From now on V8's young generation stays as large as it is. Gigabytes leave a trail of small objects, and V8, which sees some of them
 * survive each time, would give them 64 MiB in the end; they are as well off with what a program at rest has.
 */
export function holdYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
