import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Watchdog, type Hang } from '../../../../src-main/services/engine-host/watchdog.ts';

const BEAT_MS = 500;
const CHECK_MS = 1_000;

/** What a child does in the half second before a beat. */
interface Behaviour {
  isStopped?: boolean;
  ticks?: boolean;
  steps?: number;
  cpuMs?: number;
  faults?: number;
}

/** Plays a child and the checks of its host against each other, beat by beat. */
class Play {
  readonly watchdog = new Watchdog(0);
  readonly beat = { mainTicks: 0, progress: 0, cpuMs: 0, majorFaults: 0 };
  now = 0;

  /** Returns the first verdict within `durationMs` and the time until then. */
  run(
    durationMs: number,
    behaviour: Behaviour | ((ms: number) => Behaviour),
  ): { hang: Hang | null; ms: number } {
    const start = this.now;
    while (this.now - start < durationMs) {
      this.now += BEAT_MS;
      const does = typeof behaviour === 'function' ? behaviour(this.now - start) : behaviour;
      if (does.isStopped !== true) this.#beat(does);
      const hang = this.now % CHECK_MS === 0 ? this.watchdog.check(this.now) : null;
      if (hang !== null) return { hang, ms: this.now - start };
    }
    return { hang: null, ms: durationMs };
  }

  /** Neither side runs for this long. */
  suspend(durationMs: number): void {
    this.now += durationMs;
  }

  #beat({ ticks = true, steps = 0, cpuMs = 1, faults = 0 }: Behaviour): void {
    if (ticks) this.beat.mainTicks += 2;
    this.beat.progress += steps;
    this.beat.cpuMs += cpuMs;
    this.beat.majorFaults += faults;
    this.watchdog.beat({ ...this.beat }, this.now);
  }
}

function generating(): Play {
  const play = new Play();
  play.run(2_000, {});
  play.watchdog.requestStarted('generate', play.now);
  return play;
}

describe('finds', () => {
  it('a stopped process within ten seconds, whatever it did before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 20 }), (beats, steps) => {
        const play = generating();
        play.run(beats * BEAT_MS, { steps, cpuMs: 400 });
        const { hang, ms } = play.run(60_000, { isStopped: true });
        expect(hang?.kind).toBe('silent');
        expect(ms).toBeLessThanOrEqual(10_000);
      }),
    );
  });

  it('a blocked event loop within ten seconds, although it burns CPU', () => {
    const { hang, ms } = generating().run(60_000, { ticks: false, cpuMs: 500 });
    expect([hang?.kind, ms <= 10_000]).toEqual(['stuck', true]);
  });

  it('a deadlock: no step and no CPU time', () => {
    const { hang, ms } = generating().run(60_000, {});
    expect([hang, ms]).toEqual([{ kind: 'stalled', seconds: 11 }, 11_000]);
  });

  it('a child that spins for ever without one step', () => {
    const { hang, ms } = generating().run(3_600_000, { cpuMs: 500 });
    expect([hang?.kind, ms]).toEqual(['spinning', 601_000]);
  });

  it('a process that never beat after its start', () => {
    const play = new Play();
    play.watchdog.requestStarted('load', 0);
    expect(play.run(60_000, { isStopped: true }).hang).toEqual({ kind: 'silent', seconds: 10 });
  });

  it('a process that was stopped between its start and its first beat', () => {
    const play = new Play();
    play.watchdog.requestStarted('load', 0);
    play.suspend(1_000);
    play.watchdog.started(play.now);
    expect(play.run(60_000, { isStopped: true }).hang).toEqual({ kind: 'silent', seconds: 7 });
  });

  it('a process stopped long ago soon after a new request', () => {
    const play = generating();
    play.watchdog.requestEnded();
    play.suspend(120_000);
    play.watchdog.requestStarted('generate', play.now);
    const { hang, ms } = play.run(60_000, { isStopped: true });
    expect([hang?.kind, ms]).toEqual(['silent', 2_000]);
  });
});

describe('raises no alarm', () => {
  it('for five minutes of one legitimate batch that uses CPU', () => {
    expect(generating().run(300_000, { cpuMs: 450 }).hang).toBeNull();
  });

  it('for any prefill whose batches end, on the GPU too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 18 }),
        fc.integer({ min: 1, max: 400 }),
        (beatsPerStep, cpuMs) => {
          const play = generating();
          const run = play.run(600_000, (ms) => ({
            steps: ms % (beatsPerStep * BEAT_MS) === 0 ? 1 : 0,
            cpuMs,
          }));
          expect(run.hang).toBeNull();
        },
      ),
      { numRuns: 30 },
    );
  });

  it('for steps that become twenty times slower', () => {
    const play = generating();
    play.run(60_000, (ms) => ({ steps: ms % 2_000 === 0 ? 1 : 0 }));
    expect(play.run(39_000, {}).hang).toBeNull();
    expect(play.run(10_000, {}).hang?.kind).toBe('stalled');
  });

  it('for a model that is paged in from a slow disk', () => {
    expect(generating().run(300_000, { faults: 40 }).hang).toBeNull();
    expect(generating().run(60_000, { ticks: false, faults: 40 }).hang).toBeNull();
  });

  it('for a suspended laptop, at any moment of an answer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 4, max: 100_000 }),
        fc.boolean(),
        (beats, seconds, wakesWithCheck) => {
          const play = generating();
          play.run(beats * BEAT_MS, { steps: 1 });
          play.suspend(seconds * 1_000);
          if (wakesWithCheck) expect(play.watchdog.check(play.now)).toBeNull();
          expect(play.run(60_000, { steps: 1 }).hang).toBeNull();
        },
      ),
    );
  });

  it('while nothing is asked of the child', () => {
    const play = generating();
    play.watchdog.requestEnded();
    expect(play.run(3_600_000, {}).hang).toBeNull();
  });
});

it('still finds a child that did not wake up with the laptop', () => {
  const play = generating();
  play.run(5_000, { steps: 1 });
  play.suspend(3_600_000);
  const { hang, ms } = play.run(60_000, { isStopped: true });
  expect([hang?.kind, ms <= 10_000]).toEqual(['silent', true]);
});
