import type { Heartbeat } from './heartbeat.ts';

/** How often `check` is meant to be called while something is awaited of the child. */
export const CHECK_MS = 1_000;
/** Beats come every 500 ms from a thread of their own; twelve missing in a row mean that the process is stopped. */
const SILENT_MS = 6_000;
/** Until the first sign of life: Node itself has to start, on a slow disk too. */
const FIRST_SIGN_MS = 9_000;
/** A process that was already silent when a request came gets this long to beat; it may be waking up with the machine. */
const WAKE_MS = 1_500;
/** The event loop of the child stands still: all heavy work is meant to run in threads. */
const STUCK_MS = 8_000;
/** Least time without a step before a request counts as stalled. */
const STALLED_MS = 10_000;
const STALLED_STEPS = 20;
/** However slow the steps were, a process without CPU time is not waited for longer. */
const STALLED_MOST_MS = 300_000;
/** Busy, but not one step done: beyond any batch of a legitimate prefill. */
const SPINNING_MS = 600_000;
/** A gap this long between two checks means that this process slept too: a suspended laptop, a stopped debugger. */
const SLEPT_MS = 4 * CHECK_MS;
/** CPU time that tells work from the beats themselves, which cost well under one percent. */
const WORK_CPU_MS = 50;
const WORK_CPU_SHARE = 0.02;

/** silent: no beats · stuck: its event loop · stalled: a request without steps or CPU · spinning: CPU without steps. */
export type HangKind = 'silent' | 'stuck' | 'stalled' | 'spinning';

export interface Hang {
  kind: HangKind;
  /** How long there was no sign of life. */
  seconds: number;
}

/**
 * Tells a hung child from a busy one. Knows nothing of processes and timers: it is fed beats and the time, and asked.
 *
 * Times are when something was last seen to move. When this process itself slept, they are moved forward by the lost
 * time, because the child had no chance to move either.
 */
export class Watchdog {
  #beatAt: number;
  #ticksAt: number;
  #stepAt: number;
  #workAt: number;
  #checkedAt: number;
  #hasStarted = false;
  #last: Heartbeat | null = null;
  #cpuAtWork = 0;
  #active = false;
  #kind: string | null = null;
  #longestStepMs = 0;

  constructor(now: number) {
    this.#beatAt = now;
    this.#ticksAt = now;
    this.#stepAt = now;
    this.#workAt = now;
    this.#checkedAt = now;
  }

  /** The child takes requests. Its first beat may come a little later, from a thread that is only just starting. */
  started(now: number): void {
    this.#hasStarted = true;
    this.#beatAt = now;
  }

  beat(beat: Heartbeat, now: number): void {
    const last = this.#last;
    this.#last = beat;
    this.started(now);
    const pagedIn = (beat.majorFaults ?? 0) > (last?.majorFaults ?? 0);
    if (last === null || beat.mainTicks !== last.mainTicks || pagedIn) this.#ticksAt = now;
    if (last === null || beat.progress !== last.progress) {
      if (last !== null && this.#active) {
        this.#longestStepMs = Math.max(this.#longestStepMs, now - this.#stepAt);
      }
      this.#stepAt = now;
    }
    const cpuMs = beat.cpuMs - this.#cpuAtWork;
    if (last === null || pagedIn || cpuMs >= WORK_CPU_MS + WORK_CPU_SHARE * (now - this.#workAt)) {
      this.#workAt = now;
      this.#cpuAtWork = beat.cpuMs;
    }
  }

  /** From now on the child has to move. Steps of another kind of request say nothing about this one. */
  requestStarted(kind: string, now: number): void {
    if (kind !== this.#kind) this.#longestStepMs = 0;
    this.#kind = kind;
    this.#active = true;
    this.#checkedAt = now;
    this.#ticksAt = now;
    this.#stepAt = now;
    this.#workAt = now;
    this.#cpuAtWork = this.#last?.cpuMs ?? 0;
    if (this.#hasStarted) this.#beatAt = Math.max(this.#beatAt, now - SILENT_MS + WAKE_MS);
  }

  requestEnded(): void {
    this.#active = false;
  }

  check(now: number): Hang | null {
    const gapMs = now - this.#checkedAt;
    this.#checkedAt = now;
    if (gapMs >= SLEPT_MS) this.#forgive(gapMs, now);

    const silentMs = now - this.#beatAt;
    if (silentMs > (this.#hasStarted ? SILENT_MS : FIRST_SIGN_MS)) return hang('silent', silentMs);
    if (this.#last === null) return null;

    const stuckMs = now - this.#ticksAt;
    if (stuckMs > STUCK_MS) return hang('stuck', stuckMs);
    if (!this.#active) return null;

    const stepMs = now - this.#stepAt;
    const idleMs = now - this.#workAt;
    const patienceMs = Math.min(Math.max(STALLED_MS, STALLED_STEPS * this.#longestStepMs), STALLED_MOST_MS);
    if (stepMs > patienceMs && idleMs > STALLED_MS) return hang('stalled', stepMs);
    if (stepMs > Math.max(SPINNING_MS, STALLED_STEPS * this.#longestStepMs)) return hang('spinning', stepMs);
    return null;
  }

  #forgive(lostMs: number, now: number): void {
    const later = (time: number) => Math.min(now, time + lostMs);
    this.#beatAt = later(this.#beatAt);
    this.#ticksAt = later(this.#ticksAt);
    this.#stepAt = later(this.#stepAt);
    this.#workAt = later(this.#workAt);
  }
}

function hang(kind: HangKind, durationMs: number): Hang {
  return { kind, seconds: Math.round(durationMs / 1000) };
}
