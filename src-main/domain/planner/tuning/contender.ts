import { median } from '../speed/numbers.ts';

/** What of the settings is found by trying. */
export interface TunedSettings {
  threads: number;
  batchSize: number;
  flashAttention: boolean;
}

/** One answer with some settings. */
export interface Turn {
  tokenSeconds: number;
  /** For one token of the prompt; null where the answer alone was too slow to go on. */
  promptTokenSeconds: number | null;
}

/** An exchange in a conversation: half a page is read, and as much is written. */
const READ_TOKENS = 256;
const WRITTEN_TOKENS = 256;

/** Settings with all the turns they have had. */
export class Contender {
  readonly settings: TunedSettings;
  readonly #turns: Turn[] = [];

  constructor(settings: TunedSettings) {
    this.settings = settings;
  }

  add(turn: Turn): void {
    this.#turns.push(turn);
  }

  get hasAnswered(): boolean {
    return Number.isFinite(this.tokenSeconds);
  }

  get tokenSeconds(): number {
    return middle(this.#turns.map(({ tokenSeconds }) => tokenSeconds));
  }

  get promptTokenSeconds(): number {
    return middle(this.#turns.map(({ promptTokenSeconds }) => promptTokenSeconds ?? Infinity));
  }

  /** Seconds of an exchange. */
  get cost(): number {
    return READ_TOKENS * this.promptTokenSeconds + WRITTEN_TOKENS * this.tokenSeconds;
  }
}

function middle(values: readonly number[]): number {
  const usable = values.filter((value) => value > 0);
  return usable.length === 0 ? Infinity : median(usable);
}
