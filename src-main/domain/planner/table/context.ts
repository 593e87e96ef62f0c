import type { PlanWishes } from '../../../contract/plan.contract.ts';
import { ROOMY_CONTEXTS } from '../candidates.ts';
import type { Ladder } from './ladder.ts';

/** A context beyond the wanted one may take so much of the main memory; a card's own memory serves nothing else. */
const ROOMY_SHARE = 0.5;

/**
 * The context for all rows, so that they can be compared: what was asked for or is wanted, and more where the best file short of
 * those better than Q6_K has room for it. `isLargest`: it is not going to be larger with more memory.
 */
export function contextOf(
  { base }: Pick<Ladder, 'base'>,
  { contextSize }: PlanWishes,
): { size: number; isLargest: boolean } {
  const wanted = base?.freedom.targetContext ?? 0;
  const trained = base?.model.summary.trainedContext ?? 0;
  const roomy =
    contextSize === undefined ? ROOMY_CONTEXTS.filter((size) => size > wanted && size <= trained) : [];
  const size = roomy.find((roomier) => base?.settler.whole(roomier, 0, ROOMY_SHARE)) ?? wanted;
  return { size, isLargest: size === (roomy[0] ?? wanted) };
}
