import { crashStep } from './crash-step.ts';
import { memoryStep, type MemoryFooting } from './memory-step.ts';
import type { Step, Trouble } from './types.ts';

/** Then the person is asked: something else is wrong. */
export const MOST_STEPS = 4;

/** The next rung down; null at the end of the ladder. */
export function nextStep(footing: MemoryFooting): Step | null {
  if (footing.taken.length >= MOST_STEPS) return null;
  return footing.trouble.kind === 'memory' ? memoryStep(footing) : crashStep(footing.settings);
}

/** What a person is told of a step, as it is taken. */
export function stepInWords({ kind, device }: Trouble, { done }: Step): string {
  if (kind === 'crash') return `The engine stopped, so ${done}.`;
  const where = device === 'gpu' ? 'on the graphics card' : 'in main memory';
  return `There was not enough memory ${where}, so ${done}.`;
}
