import type { PlanWishes } from '../../../contract/plan.contract.ts';
import type { Ladder, Rung } from './ladder.ts';
import type { Pace } from './settle.ts';
import type { PlannedRow, Row } from './types.ts';

/** Answers come at least as fast as most people read. */
const COMFORTABLE_TOKENS_PER_SECOND = 8;

export function paceOf({ minTokensPerSecond }: PlanWishes): Pace {
  return {
    leastTokensPerSecond: minTokensPerSecond ?? COMFORTABLE_TOKENS_PER_SECOND,
    isAsked: minTokensPerSecond !== undefined,
  };
}

/** The row of the highest rung that is reached; null where none is. */
export function pickRow(
  { rungs, beyond }: Ladder,
  rows: readonly Row[],
  mayGoBeyond: boolean,
): PlannedRow | null {
  const planned = new Map(rows.filter(isPlanned).map((row) => [row.candidate, row]));
  const reached = [...rungs, ...(mayGoBeyond ? beyond : [])].findLast((rung) => {
    const row = planned.get(rung.candidate);
    return row && isReached(rung, row);
  });
  return (reached && planned.get(reached.candidate)) ?? null;
}

function isReached(rung: Rung, row: PlannedRow): boolean {
  const { fits } = row.variant;
  return (
    fits !== 'no' &&
    row.pair <= rung.pair &&
    (row.isFast || !rung.isFast) &&
    (fits === 'gpu' || !rung.isWhole) &&
    (hasContext(row) || rung.isShort)
  );
}

export function isPlanned(row: Row): row is PlannedRow {
  return 'candidate' in row;
}

export function hasContext({ variant, targetContext }: PlannedRow): boolean {
  return variant.contextSize >= targetContext;
}
