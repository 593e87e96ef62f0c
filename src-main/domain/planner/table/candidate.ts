import type { CacheType, PlanWishes } from '../../../contract/plan.contract.ts';
import type { Companions } from '../analytic/companions.ts';
import { isKnown, type UnknownLayout } from '../layout/types.ts';
import type { Budget } from './budget.ts';
import { layOut } from './laid-out.ts';
import { lossAtLevel, qualityOf } from './quality.ts';
import { Settler, type Pace } from './settle.ts';
import type { TableMachine, TableModel } from './types.ts';
import { freedomOf, type Freedom } from './wishes.ts';

/** A file that can be planned, with all that no free memory changes. */
export interface Candidate {
  model: TableModel;
  freedom: Freedom;
  settler: Settler;
  beside: Companions | undefined;
  /** The same for all files of one model. */
  modelKey: string;
  /** Of its level, in nats. */
  levelLoss: number;
  /** Where it might lie at worst. */
  highestLoss: number;
  /** What each of its caches adds, in the order in which they are tried. */
  cacheLosses: readonly number[];
  /** What ordinary files of the same model would lose. */
  lossAtQ4: number;
  lossAtQ6: number;
  /** With all the memory it could wish for. */
  canBeFast: boolean;
}

const F16 = { cacheTypeK: 'f16', cacheTypeV: 'f16' } as const satisfies Record<string, CacheType>;

export function candidateOf(
  model: TableModel,
  machine: TableMachine,
  wishes: PlanWishes,
  { budget, pace, beside }: { budget: Budget; pace: Pace; beside?: Companions | undefined },
): Candidate | UnknownLayout {
  const laidOut = layOut(model.header);
  if (!isKnown(laidOut)) return laidOut;
  const freedom = freedomOf(model.summary, wishes, machine.gpu);
  const { meanKld, high } = qualityOf(model, F16);
  const levelLoss = meanKld ?? 0;
  const { architecture, layers, embeddingLength } = model.summary;
  const settler = new Settler({ ...laidOut, beside }, machine, budget, freedom, pace);
  return {
    model,
    freedom,
    settler,
    beside,
    modelKey: [architecture, layers, embeddingLength].join(' '),
    levelLoss,
    highestLoss: high ?? levelLoss,
    cacheLosses: freedom.cachePairs.map((pair) => (qualityOf(model, pair).meanKld ?? 0) - levelLoss),
    lossAtQ4: lossAtLevel(model, 'Q4_K_M'),
    lossAtQ6: lossAtLevel(model, 'Q6_K'),
    canBeFast: settler.canBeFast(freedom.targetContext),
  };
}
