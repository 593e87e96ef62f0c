import type { EngineState as State, EngineStatus } from '$contract/engine.contract.ts';
import type { NibbleClient } from '../client/client.ts';
import { formatPercent } from '../format/figures.ts';

const unknown: EngineStatus = {
  state: 'absent',
  modelId: null,
  modelName: null,
  plan: null,
  loadProgress: null,
  processBytes: null,
  decodeTokensPerSecond: null,
  queue: [],
  problem: null,
  saferProposal: null,
  memoryWarning: null,
};

/** What the engine is doing, as the live stream last told. */
export class EngineState {
  readonly #client: NibbleClient;
  #status = $state.raw<EngineStatus>(unknown);

  constructor(client: NibbleClient) {
    this.#client = client;
  }

  get status(): EngineStatus {
    return this.#status;
  }

  /** Place in the queue, 1 for next; 0 when the message does not wait. */
  queuePlace(messageId: number): number {
    return this.#status.queue.findIndex((entry) => entry.messageId === messageId) + 1;
  }

  apply(status: EngineStatus): void {
    this.#status = status;
  }

  async reset(): Promise<void> {
    await this.#client.engine.reset();
  }

  async useSaferSettings(): Promise<void> {
    await this.#client.engine.useSaferSettings();
  }

  async unload(): Promise<void> {
    await this.#client.engine.unload();
  }
}

/** The engine's state for a person. */
export function engineInWords(status: EngineStatus): string {
  if (status.state === 'loading' && status.loadProgress !== null) {
    return `Loading ${formatPercent(status.loadProgress)}`;
  }
  return wordsFor(status.state);
}

function wordsFor(state: State): string {
  switch (state) {
    case 'absent':
      return 'Idle';
    case 'starting':
      return 'Starting';
    case 'loading':
      return 'Loading the model';
    case 'probing':
      return 'Checking the model';
    case 'ready':
      return 'Ready';
    case 'busy':
      return 'Answering';
    case 'crashed':
      return 'Stopped; starting again';
    case 'hung':
      return 'Not responding; starting again';
    case 'evicted':
      return 'Out of memory until needed';
    case 'gaveUp':
      return 'Stopped';
    default:
      return state satisfies never;
  }
}
