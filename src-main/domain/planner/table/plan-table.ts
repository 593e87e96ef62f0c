import type { Plan, PlanWishes } from '../../../contract/plan.contract.ts';
import type { Companions } from '../analytic/companions.ts';
import { isKnown } from '../layout/types.ts';
import { budgetOf } from './budget.ts';
import { candidateOf, type Candidate } from './candidate.ts';
import { contextOf } from './context.ts';
import { buildLadder } from './ladder.ts';
import { paceOf, pickRow } from './pick.ts';
import { plannedRow, refusedRow, unknownRow } from './row.ts';
import type { RefusedModel, Row, TableMachine, TableModel } from './types.ts';
import { whyPicked } from './why.ts';

/** The levels of a model on one machine, each with the settings that suit it, and the one to take. */
export function planTable(
  models: readonly (TableModel | RefusedModel)[],
  machine: TableMachine,
  wishes: PlanWishes,
  beside?: Companions,
): Omit<Plan, 'machine'> {
  const pace = paceOf(wishes);
  const limits = { budget: budgetOf(machine, wishes.reserveMib), pace, beside };
  const read = models.map((model): Candidate | Row => {
    if ('reason' in model) return refusedRow(model, machine);
    const candidate = candidateOf(model, machine, wishes, limits);
    return isKnown(candidate) ? candidate : unknownRow(model, machine, candidate);
  });
  const candidates = read.filter((each): each is Candidate => !isRow(each));
  const ladder = buildLadder(candidates, { hasGpu: machine.gpu !== null, isSpeedAsked: pace.isAsked });
  const context = contextOf(ladder, wishes);
  const rows = read.map((each) => (isRow(each) ? each : plannedRow(each, context.size, machine, wishes)));
  const pick = pickRow(ladder, rows, context.isLargest);
  return {
    variants: rows.map(({ variant }) => variant),
    pick: pick ? rows.indexOf(pick) : null,
    why: whyPicked({ rows, pick, machine, wishes, pace, context }),
  };
}

function isRow(each: Candidate | Row): each is Row {
  return 'variant' in each;
}
