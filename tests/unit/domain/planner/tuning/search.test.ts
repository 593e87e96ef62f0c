import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TunedSettings } from '../../../../../src-main/domain/planner/tuning/contender.ts';
import {
  searchSettings,
  threadCounts,
  type TakeTurn,
} from '../../../../../src-main/domain/planner/tuning/search.ts';

/** A processor that answers as a formula says; a turn takes as long as it would there. */
interface Processor {
  cores: number;
  /** Seconds of a token and of a token of a prompt on one thread. */
  token: number;
  prompt: number;
  /** Threads share a part of the work, and wait for each other. */
  parallelToken: number;
  waiting: number;
  /** Cores that others keep busy: a thread too many waits for its turn. */
  busy: number;
  withoutFlash: { token: number; prompt: number };
  /** What a batch costs besides its tokens, in tokens. */
  overhead: number;
}

const BUDGET_SECONDS = 3;

function costs(processor: Processor, { threads, batchSize, flashAttention }: TunedSettings) {
  const { parallelToken, waiting, overhead } = processor;
  const starved = threads > processor.cores - processor.busy ? 1000 : 1;
  const flash = flashAttention ? { token: 1, prompt: 1 } : processor.withoutFlash;
  const shared = (part: number) => 1 - part + part / threads + waiting * (threads - 1);
  return {
    tokenSeconds: processor.token * shared(parallelToken) * flash.token * starved,
    promptTokenSeconds: processor.prompt * shared(0.95) * flash.prompt * starved * (1 + overhead / batchSize),
  };
}

/** As the search sees an exchange: as much is read as written. */
function exchange(processor: Processor, settings: TunedSettings): number {
  const { tokenSeconds, promptTokenSeconds } = costs(processor, settings);
  return tokenSeconds + promptTokenSeconds;
}

function simulate(processor: Processor, noise: () => number = () => 1) {
  let spent = 0;
  const turns: { settings: TunedSettings; seconds: number }[] = [];
  const takeTurn: TakeTurn = (settings, { promptTokens, giveUpSeconds }) => {
    const { tokenSeconds, promptTokenSeconds } = costs(processor, settings);
    const token = tokenSeconds * noise();
    const isHopeless = token > giveUpSeconds;
    const prompt = isHopeless ? null : promptTokenSeconds * noise();
    const seconds = Math.max(2 * token, 0.04) + (prompt ?? 0) * promptTokens;
    spent += seconds;
    turns.push({ settings, seconds });
    return Promise.resolve({ tokenSeconds: token, promptTokenSeconds: prompt });
  };
  const options = {
    cores: processor.cores - processor.busy,
    canSwitchFlashAttention: true,
    remaining: () => BUDGET_SECONDS - spent,
  };
  return { takeTurn, options, turns, spent: () => spent };
}

function bestOfGrid(processor: Processor): number {
  const grid = threadCounts(processor.cores).flatMap((threads) =>
    [64, 128, 256, 512].flatMap((batchSize) =>
      [true, false].map((flashAttention) => exchange(processor, { threads, batchSize, flashAttention })),
    ),
  );
  return Math.min(...grid);
}

/** As computers are: a model of 0.5B to 8B, and threads that help less and less. */
const processors: fc.Arbitrary<Processor> = fc
  .record({
    cores: fc.constantFrom(1, 2, 4, 6, 8, 12, 16),
    /** Of the few layers that are tried. */
    token: fc.double({ min: 0.002, max: 0.02, noNaN: true }),
    /** Weights are read once for all tokens of a batch: reading is faster than answering. */
    promptShare: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
    parallelToken: fc.double({ min: 0, max: 0.9, noNaN: true }),
    waiting: fc.double({ min: 0, max: 0.03, noNaN: true }),
    isBusy: fc.boolean(),
    withoutFlash: fc.record({
      token: fc.double({ min: 0.8, max: 1.2, noNaN: true }),
      prompt: fc.double({ min: 0.8, max: 1.3, noNaN: true }),
    }),
    overhead: fc.double({ min: 0, max: 12, noNaN: true }),
  })
  .map(({ isBusy, promptShare, ...processor }) => ({
    ...processor,
    prompt: Math.min(processor.token * promptShare, 0.002),
    busy: isBusy && processor.cores > 1 ? 1 : 0,
  }));

describe('the search', () => {
  test('comes within 5 % of the best of the whole grid, and hardly beyond its time', async () => {
    await fc.assert(
      fc.asyncProperty(processors, async (processor) => {
        const { takeTurn, options, spent, turns } = simulate(processor);
        const { settings } = await searchSettings(takeTurn, options);
        expect(bestOfGrid(processor) / exchange(processor, settings)).toBeGreaterThanOrEqual(0.95);
        const longest = Math.max(...turns.map(({ seconds }) => seconds));
        expect(spent()).toBeLessThanOrEqual(BUDGET_SECONDS + longest);
      }),
      { numRuns: 1000 },
    );
  });

  test('never tries more threads than are free, nor a hopeless prompt', async () => {
    await fc.assert(
      fc.asyncProperty(processors, async (processor) => {
        const { takeTurn, options, turns } = simulate(processor);
        await searchSettings(takeTurn, options);
        const most = Math.max(...turns.map(({ settings }) => settings.threads));
        expect(most).toBeLessThanOrEqual(processor.cores - processor.busy);
      }),
      { numRuns: 1000 },
    );
  });

  test('one disturbed turn in four does not mislead it far', async () => {
    const run = fc.tuple(processors, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })));
    const shares: number[] = [];
    await fc.assert(
      fc.asyncProperty(run, async ([processor, stream]) => {
        const noise = () => (Number(stream.next().value) < 0.1 ? 1.5 : 1);
        const { takeTurn, options } = simulate(processor, noise);
        const { settings } = await searchSettings(takeTurn, options);
        shares.push(bestOfGrid(processor) / exchange(processor, settings));
      }),
      { numRuns: 1000 },
    );
    shares.sort((a, b) => a - b);
    expect(shares[Math.floor(shares.length / 20)]).toBeGreaterThan(0.8);
    expect(shares[Math.floor(shares.length / 2)]).toBeGreaterThan(0.97);
  });
});
