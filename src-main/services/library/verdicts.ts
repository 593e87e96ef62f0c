import type { Verdict } from '../../contract/models.contract.ts';
import { ProblemError } from '../../contract/problem.ts';
import type { TableMachine } from '../../domain/planner/table/types.ts';
import type { StoredModel } from '../store/queries/models.ts';
import type { LibraryThread } from './worker/library-thread.ts';

/** Some 200 bytes each. */
const KEPT_VERDICTS = 5_000;
/** Memory that programs take and give back all the time changes no verdict. */
const MEMORY_STEP_BYTES = 256 * 2 ** 20;

/** What the planner says of each model of the list, kept while neither the file nor the machine changes. */
export class Verdicts {
  readonly #thread: LibraryThread;
  readonly #known = new Map<string, Promise<Verdict | null>>();

  constructor(thread: LibraryThread) {
    this.#thread = thread;
  }

  /** Null for a file that cannot be read. */
  of(model: StoredModel, machine: TableMachine): Promise<Verdict | null> {
    const key = [model.path, model.sizeBytes, model.mtimeMs, machineKey(machine)].join('\0');
    const known = this.#known.get(key);
    if (known) return known;
    const verdict = this.#work(model, machine);
    this.#known.set(key, verdict);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KEPT_VERDICTS && oldest !== undefined) this.#known.delete(oldest);
    verdict.catch(() => this.#known.delete(key));
    return verdict;
  }

  async #work({ id, path }: StoredModel, machine: TableMachine): Promise<Verdict | null> {
    try {
      return { modelId: id, ...(await this.#thread.call('verdict', { path, machine })) };
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code.startsWith('model.')) return null;
      throw error;
    }
  }
}

function machineKey({ memory, gpu, threads }: TableMachine): string {
  const steps = (bytes: number) => Math.round(bytes / MEMORY_STEP_BYTES);
  return [steps(memory.availableBytes), gpu?.name, steps(gpu?.freeBytes ?? 0), threads].join('|');
}
