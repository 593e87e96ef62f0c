import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ProblemError } from '../../src-main/contract/problem.ts';
import { ChildClient, user } from './generation/child-client.ts';

const isLong = process.env['NIBBLE_LONG'] === '1';
/** Over what the engine needs without a model: from too little for the weights to enough for all. */
const LIMITS_MIB = isLong
  ? [16, 18, 20, 22, 24, 26, 28, 30, 32, 36, 40, 44, 48, 56, 64, 80, 96, 112, 128, 144, 160]
  : [16, 28, 48, 160];
/** The built-in model's cache takes 4 KiB a token: 64 MiB. */
const WANTED_CONTEXT = 16_384;
const LEAST_CONTEXT = 256;
const LONG_TIMEOUT_MS = 180_000;

class LimitedChild {
  readonly #child: ChildClient;
  readonly #baseBytes: number;

  constructor(child: ChildClient) {
    this.#child = child;
    const status = readFileSync(`/proc/${child.process.pid}/status`, 'utf8');
    this.#baseBytes = Number(/VmSize:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  }

  limit(mib: number): void {
    const bytes = this.#baseBytes + mib * 2 ** 20;
    // Only the soft limit, so that the next one may be higher.
    execFileSync('prlimit', [`--pid=${this.#child.process.pid}`, `--as=${bytes}:unlimited`]);
  }

  /** The largest context that loads, halving from the wanted one; 0 when none does. Fails on anything but a clear message. */
  async largestContext(): Promise<number> {
    for (let contextSize = WANTED_CONTEXT; contextSize >= LEAST_CONTEXT; contextSize /= 2) {
      try {
        await this.#child.load(undefined, { contextSize });
        return contextSize;
      } catch (error) {
        expect(error).toBeInstanceOf(ProblemError);
        expect(error).toMatchObject({ problem: { code: 'engine.outOfMemory' } });
      }
    }
    return 0;
  }
}

it.runIf(process.platform === 'linux')(
  'says with every limit of memory that it ran out, lives on, and loads what fits',
  async () => {
    // Compiling everything grows JavaScript's own heap first; under a limit Node would end itself for it.
    vi.stubEnv('NODE_COMPILE_CACHE', undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    await using child = await ChildClient.start();
    await child.load();
    await child.request('unload', {}).result;
    const limited = new LimitedChild(child);
    const contexts: number[] = [];
    for (const mib of LIMITS_MIB) {
      limited.limit(mib);
      contexts.push(await limited.largestContext());
    }
    expect([contexts[0], contexts.at(-1)]).toEqual([0, WANTED_CONTEXT]);
    expect((await child.generate([user('What is 3 + 4?')]).result).text).toBe('3 + 4 = 7');
  },
  LONG_TIMEOUT_MS,
);
