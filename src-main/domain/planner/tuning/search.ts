import { Contender, type Turn, type TunedSettings } from './contender.ts';

export interface SearchOptions {
  /** Cores this process may use. */
  cores: number;
  canSwitchFlashAttention: boolean;
  /** Seconds that are left. */
  remaining: () => number;
}

/** Reads a prompt and answers once. An answer slower than `giveUpSeconds` a token needs no prompt. Rejects when nothing can be tried any more. */
export type TakeTurn = (
  settings: TunedSettings,
  turn: { promptTokens: number; giveUpSeconds: number },
) => Promise<Turn>;

export interface Trial extends TunedSettings {
  tokensPerSecond: number;
  promptTokensPerSecond: number | null;
}

export interface Tuned {
  settings: TunedSettings;
  /** Every setting that was tried, in the order of the first try. */
  trials: Trial[];
}

/** Where the search begins: from 64 tokens on a larger batch gains a CPU little (seen), and needs more memory. */
const START = { batchSize: 128, flashAttention: true };
const BATCHES = [64, 128, 256, 512];
/** Enough to see how threads share a prompt, at a quarter of the time. */
const SHORT_PROMPT = 32;
/** Enough to see what attention costs in one. */
const MEDIUM_PROMPT = 64;
/** This much slower than the best with more threads: still more will not help. */
const PAST_THE_TOP = 1.2;
/** This close to the best, a setting gets more turns. */
const CLOSE = 1.15;
const MORE_ROUNDS = 2;
/** Fewer threads leave cores to other programs, and smaller batches memory: taken where they cost no more than this. */
const NEGLIGIBLE = 1.01;
/** Without flash attention the compute buffers are larger: it has to be worth it. */
const WORTH_SWITCHING_OFF = 0.98;
/** Of the whole time, what is kept for the settings that come after the threads. */
const KEPT_SHARE = 0.5;
/** Of the time that is left, what one turn may take at most. */
const LARGEST_TURN_SHARE = 0.6;

/**
 * Threads first, from few to many and hardly past the best: with more threads than free cores one token can take a thousand times as long as with one
 * less. Then, with those, flash attention and batch sizes. Those that are close take turns, and the middle of each one's turns counts.
 * Rejects only when not one turn could be taken.
 */
export async function searchSettings(takeTurn: TakeTurn, options: SearchOptions): Promise<Tuned> {
  const search = new Search(takeTurn, options);
  let settings = { ...START, threads: 1 };
  try {
    settings = await search.threads(settings);
    if (options.canSwitchFlashAttention) settings = await search.flashAttention(settings);
    settings = await search.batchSize(settings);
  } catch (error) {
    const known = search.bestThreads();
    if (known === null) throw error;
    settings = { ...settings, threads: known };
  }
  return { settings, trials: search.trials() };
}

/** 1, 2, 4, … up to the cores, and one less than those. More threads than cores only take turns. */
export function threadCounts(cores: number): number[] {
  const counts = new Set([Math.max(1, cores - 1), Math.max(1, cores)]);
  for (let count = 1; count < cores; count *= 2) counts.add(count);
  return [...counts].sort((a, b) => a - b);
}

class Search {
  readonly #takeTurn: TakeTurn;
  readonly #options: SearchOptions;
  readonly #all: Contender[] = [];
  #byThreads: Contender[] = [];
  /** Seconds that must stay when a phase ends. */
  #keptSeconds: number;

  constructor(takeTurn: TakeTurn, options: SearchOptions) {
    this.#takeTurn = takeTurn;
    this.#options = options;
    this.#keptSeconds = options.remaining() * KEPT_SHARE;
  }

  async threads(settings: TunedSettings): Promise<TunedSettings> {
    const tried: Contender[] = [];
    this.#byThreads = tried;
    for (const threads of threadCounts(this.#options.cores)) {
      const best = cheapest(tried);
      if (best && this.#isOver) break;
      const contender = this.#enter({ ...settings, threads });
      tried.push(contender);
      await this.#turn(contender, SHORT_PROMPT, best ? best.tokenSeconds * PAST_THE_TOP : Infinity);
      if (best && contender.cost > best.cost * PAST_THE_TOP) break;
    }
    await this.#moreTurns(tried, SHORT_PROMPT);
    this.#keptSeconds = 0;
    return { ...settings, threads: this.bestThreads() ?? settings.threads };
  }

  async flashAttention(settings: TunedSettings): Promise<TunedSettings> {
    const [on, off] = [true, false].map((flashAttention) => this.#enter({ ...settings, flashAttention }));
    if (!on || !off) return settings;
    for (const contender of [on, off]) {
      if (this.#promptSeconds(MEDIUM_PROMPT) > this.#options.remaining() * LARGEST_TURN_SHARE)
        return settings;
      await this.#turn(contender, MEDIUM_PROMPT, Infinity);
    }
    await this.#moreTurns([on, off], MEDIUM_PROMPT);
    return off.cost < on.cost * WORTH_SWITCHING_OFF ? off.settings : on.settings;
  }

  /** By the prompt alone: an answer is a batch of one. Ends where a larger one gains nothing. */
  async batchSize(settings: TunedSettings): Promise<TunedSettings> {
    const tried: Contender[] = [];
    for (const batchSize of BATCHES) {
      if (this.#promptSeconds(batchSize) > this.#options.remaining() * LARGEST_TURN_SHARE) break;
      const contender = this.#enter({ ...settings, batchSize });
      tried.push(contender);
      const before = tried.at(-2)?.promptTokenSeconds ?? Infinity;
      await this.#turn(contender, batchSize, Infinity);
      if (contender.promptTokenSeconds * NEGLIGIBLE > before) break;
    }
    const best = Math.min(...tried.map((contender) => contender.promptTokenSeconds));
    const smallest = tried.find(({ promptTokenSeconds }) => promptTokenSeconds <= best * NEGLIGIBLE);
    return smallest?.settings ?? settings;
  }

  bestThreads(): number | null {
    const best = cheapest(this.#byThreads);
    if (!best) return null;
    const serving = this.#byThreads.filter(({ cost }) => cost <= best.cost * NEGLIGIBLE);
    return Math.min(...serving.map(({ settings }) => settings.threads));
  }

  trials(): Trial[] {
    return this.#all
      .filter((contender) => contender.hasAnswered)
      .map(({ settings, tokenSeconds, promptTokenSeconds }) => ({
        ...settings,
        tokensPerSecond: 1 / tokenSeconds,
        promptTokensPerSecond: Number.isFinite(promptTokenSeconds) ? 1 / promptTokenSeconds : null,
      }));
  }

  get #isOver(): boolean {
    return this.#options.remaining() <= this.#keptSeconds;
  }

  #enter(settings: TunedSettings): Contender {
    const contender = new Contender(settings);
    this.#all.push(contender);
    return contender;
  }

  async #turn(contender: Contender, promptTokens: number, giveUpSeconds: number): Promise<void> {
    contender.add(await this.#takeTurn(contender.settings, { promptTokens, giveUpSeconds }));
  }

  async #moreTurns(tried: readonly Contender[], promptTokens: number): Promise<void> {
    for (let round = 0; round < MORE_ROUNDS; round++) {
      const best = cheapest(tried);
      const close = tried.filter(({ cost }) => best && cost <= best.cost * CLOSE);
      if (close.length < 2) return;
      for (const contender of close) {
        if (this.#isOver) return;
        await this.#turn(contender, promptTokens, Infinity);
      }
    }
  }

  /** As it is expected to take with the threads that were found. */
  #promptSeconds(tokens: number): number {
    return tokens * (cheapest(this.#byThreads)?.promptTokenSeconds ?? 0);
  }
}

function cheapest(contenders: readonly Contender[]): Contender | null {
  return contenders.reduce<Contender | null>(
    (best, contender) => (contender.hasAnswered && (!best || contender.cost < best.cost) ? contender : best),
    null,
  );
}
