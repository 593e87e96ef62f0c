import type { MachineFile, Plan, PlanWishes } from '$contract/plan.contract.ts';
import type { Problem } from '$contract/problem.ts';
import type { NibbleClient } from '../client/client.ts';
import { toProblem } from '../client/problem.ts';

/** A change waits this long for the next one: a slider that is dragged sends dozens a second. */
const SETTLE_MS = 40;

/**
 * The levels of one model as a table, for this machine or another. A change of a wish asks again and aborts what was
 * asked before, so the last answer wins; until it is there the table before it stays.
 */
export class PlanTable {
  readonly #client: NibbleClient;
  #source = $state<string | null>(null);
  #wishes = $state.raw<PlanWishes>({});
  #machine = $state.raw<MachineFile | null>(null);
  #plan = $state.raw<Plan | null>(null);
  #problem = $state.raw<Problem | null>(null);
  #loading = $state(false);
  #measuring = $state(false);
  #request: AbortController | null = null;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(client: NibbleClient) {
    this.#client = client;
  }

  /** What the table is asked for; null before the first time. */
  get source(): string | null {
    return this.#source;
  }

  get wishes(): PlanWishes {
    return this.#wishes;
  }

  /** Null for this computer. */
  get machine(): MachineFile | null {
    return this.#machine;
  }

  get plan(): Plan | null {
    return this.#plan;
  }

  get problem(): Problem | null {
    return this.#problem;
  }

  get loading(): boolean {
    return this.#loading;
  }

  /** This computer's speed is being measured. */
  get measuring(): boolean {
    return this.#measuring;
  }

  /** Asks for the levels of another model, or once more for those of the same. */
  ask(source: string): void {
    if (source !== this.#source) {
      this.#plan = null;
      this.#problem = null;
      // A number of layers means something for one model only.
      this.#wishes = { ...this.#wishes, gpuLayers: undefined };
    }
    this.#source = source;
    void this.#load(source).then(() => this.#measure());
  }

  /** `undefined` leaves the choice to the planner again. */
  wish(change: PlanWishes): void {
    this.#wishes = { ...this.#wishes, ...change };
    this.#askAgain();
  }

  useMachine(machine: MachineFile | null): void {
    this.#machine = machine;
    this.#askAgain();
  }

  stop(): void {
    clearTimeout(this.#settling);
    this.#request?.abort();
    this.#loading = false;
  }

  #askAgain(): void {
    const source = this.#source;
    if (source === null) return;
    this.#loading = true;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#load(source), SETTLE_MS);
  }

  async #load(source: string): Promise<void> {
    this.stop();
    const request = new AbortController();
    this.#request = request;
    this.#loading = true;
    const machine = this.#machine;
    try {
      const plan = await this.#client.plan.table(
        { source, wishes: this.#wishes, ...(machine && { machine }) },
        { signal: request.signal },
      );
      if (request.signal.aborted) return;
      this.#plan = plan;
      this.#problem = null;
    } catch (error) {
      if (request.signal.aborted) return;
      this.#problem = toProblem(error);
    }
    this.#loading = false;
  }

  /** The table is there; its speeds are those of such computers in general until this one has been measured. */
  async #measure(): Promise<void> {
    if (this.#measuring || this.#machine) return;
    this.#measuring = true;
    try {
      const { isNew } = await this.#client.plan.measure();
      if (isNew && !this.#machine) this.#askAgain();
    } catch {
      // The table is as good as it was.
    }
    this.#measuring = false;
  }
}
