import type { ExpertsInMemory, PlanVariant } from '../../../contract/plan.contract.ts';
import { sharesInWords } from '../explain.ts';
import type { Attempt } from './attempt.ts';
import { rateOf, type Settler } from './settle.ts';
import { paceInWords } from './telling.ts';

/**
 * What a mixture of experts would take with its experts in main memory, where that would be faster than `shown`. An alternative to show, never what is chosen: llama.cpp places
 * single tensors (`tensor_buft_overrides`, `--n-cpu-moe`), node-llama-cpp 3.22.1 does not hand that on.
 */
export function expertsInMemory(settler: Settler, shown: Attempt): { expertsInMemory?: ExpertsInMemory } {
  const found = settler.withExpertsInMemory(shown.settings.contextSize);
  if (!found || rateOf(found.attempt) <= rateOf(shown)) return {};
  const { expertLayers: layers, attempt } = found;
  const { devices, speed } = attempt;
  return { expertsInMemory: { layers, memory: { devices }, speed, isSupported: false } };
}

export function expertsSentence({
  expertsInMemory: apart,
}: Pick<PlanVariant, 'expertsInMemory'>): string | null {
  if (!apart) return null;
  const { layers, memory, speed } = apart;
  const rate = speed.decodeTokensPerSecond;
  const pace = rate === null ? '' : ` and answer at about ${paceInWords(rate)}`;
  const counted = layers === 1 ? 'one layer' : `${layers} layers`;
  return `With the experts of ${counted} in main memory and all the rest on the GPU it would take ${sharesInWords(memory.devices)}${pace}. llama.cpp can do that (--n-cpu-moe ${layers}); Nibble's engine cannot yet.`;
}
