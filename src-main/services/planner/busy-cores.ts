import { cpus, type CpuInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const WINDOW_MS = 150;
/** A reading stands for this long; older ones, while a new one is taken. */
const FRESH_MS = 2_000;
const USABLE_MS = 30_000;

/**
 * How many cores other programs keep busy, as a fraction of the system's own counters. Planning asks with every move of a slider, so only the first
 * reading in a while is waited for.
 */
export class BusyCores {
  #reading: Promise<number> | null = null;
  #last: { at: number; cores: number } | null = null;

  async now(): Promise<number> {
    const age = this.#last === null ? Infinity : performance.now() - this.#last.at;
    if (this.#last === null || age > USABLE_MS) return this.#read();
    if (age > FRESH_MS) void this.#read();
    return this.#last.cores;
  }

  /** Not one that was taken before. */
  exactly(): Promise<number> {
    return this.#read();
  }

  #read(): Promise<number> {
    this.#reading ??= busyCores()
      .then((cores) => {
        this.#last = { at: performance.now(), cores };
        return cores;
      })
      .finally(() => (this.#reading = null));
    return this.#reading;
  }
}

/** Nibble's own process does not count: it is busy planning. */
async function busyCores(): Promise<number> {
  const before = { cores: cpus(), own: process.cpuUsage(), at: performance.now() };
  await delay(WINDOW_MS);
  const { user, system } = process.cpuUsage(before.own);
  const ownCores = (user + system) / 1000 / (performance.now() - before.at);
  return Math.max(0, busyCoresBetween(before.cores, cpus()) - ownCores);
}

export function busyCoresBetween(
  before: readonly Pick<CpuInfo, 'times'>[],
  after: readonly Pick<CpuInfo, 'times'>[],
): number {
  let busy = 0;
  for (const [index, { times }] of after.entries()) {
    const earlier = before[index]?.times;
    if (earlier === undefined) continue;
    const idle = times.idle - earlier.idle;
    const total = sum(times) - sum(earlier);
    if (total > 0) busy += 1 - Math.min(1, Math.max(0, idle / total));
  }
  return busy;
}

function sum(times: CpuInfo['times']): number {
  return times.user + times.nice + times.sys + times.idle + times.irq;
}
