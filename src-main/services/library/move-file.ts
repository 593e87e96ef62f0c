import { open, rename, rm } from 'node:fs/promises';

const MAX_NAMES = 1000;

/**
 * Renames a file to the first of `targetFor(1)`, `targetFor(2)`, … that is free, and returns it. The name is taken by making an
 * empty file of it, which fails where there is one, so nothing is ever overwritten. Throws the system's error, `EXDEV` between
 * disks; the file is then where it was.
 */
export async function moveWithoutOverwriting(
  path: string,
  targetFor: (number: number) => string,
): Promise<string> {
  const [target = ''] = await reserve((number) => [targetFor(number)]);
  try {
    await rename(path, target);
    return target;
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
}

/** Takes the first set of names of which none is in use, with empty files that are renamed over. */
export async function reserve(namesFor: (number: number) => readonly string[]): Promise<readonly string[]> {
  for (let number = 1; number <= MAX_NAMES; number++) {
    const names = namesFor(number);
    if (await takeAll(names)) return names;
  }
  throw new Error('every name that was tried is taken');
}

async function takeAll(names: readonly string[]): Promise<boolean> {
  const taken: string[] = [];
  try {
    for (const name of names) {
      await (await open(name, 'wx')).close();
      taken.push(name);
    }
    return true;
  } catch (error) {
    for (const name of taken) await rm(name, { force: true });
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
