import type { Plan } from '$contract/plan.contract.ts';
import type { Problem } from '$contract/problem.ts';
import { SvelteMap } from 'svelte/reactivity';
import type { NibbleClient } from '../client/client.ts';
import { toProblem } from '../client/problem.ts';

export type PlanResult =
  { kind: 'pending' } | { kind: 'ready'; plan: Plan } | { kind: 'failed'; problem: Problem };

/** What would suit each model on this machine. Asked for once per model and window; `refresh` asks again. */
export class PlansState {
  readonly #client: NibbleClient;
  readonly #results = new SvelteMap<number, PlanResult>();

  constructor(client: NibbleClient) {
    this.#client = client;
  }

  get(modelId: number): PlanResult | null {
    return this.#results.get(modelId) ?? null;
  }

  async ensure(modelId: number): Promise<void> {
    const known = this.#results.get(modelId);
    if (!known || known.kind === 'failed') await this.refresh(modelId);
  }

  async refresh(modelId: number): Promise<void> {
    this.#results.set(modelId, { kind: 'pending' });
    try {
      this.#results.set(modelId, { kind: 'ready', plan: await this.#client.plan.forModel({ modelId }) });
    } catch (error) {
      this.#results.set(modelId, { kind: 'failed', problem: toProblem(error) });
    }
  }
}
