import type { LoadSettings } from '../../contract/plan.contract.ts';
import type { GgufHeader, ModelSummary } from '../gguf/types.ts';
import { simulateAnalytically } from '../planner/analytic/estimate-memory.ts';
import { chosenSettings } from '../planner/cache.ts';
import { estimate } from '../planner/estimate.ts';
import { layoutOf } from '../planner/layout/layout.ts';
import { isKnown } from '../planner/layout/types.ts';
import type { Machine, MemoryUse, Simulation } from '../planner/types.ts';
import type { MemoryNeed } from './types.ts';

/** What settings of a model take, by formula: the machine is in trouble, and no process is to be started for it. */
export function memoryNeedOf(
  { header, summary }: { header: GgufHeader; summary: ModelSummary },
  gpu: Machine['gpu'],
): (settings: LoadSettings) => MemoryNeed {
  const layout = layoutOf(header);
  return (settings) => {
    const simulation = isKnown(layout)
      ? simulateAnalytically(layout, { ...settings, sequences: 1 }, { gpu })
      : estimate(summary, { settings: chosenSettings(settings), placement: 'partial', demand: 'resident' });
    return needOf(simulation, gpu?.unified ?? false);
  };
}

/** On a GPU without memory of its own both are the same: moving layers frees nothing. */
function needOf(simulation: Simulation, isUnified: boolean): MemoryNeed {
  if ('impossible' in simulation) return { gpuBytes: 0, mainBytes: 0 };
  const gpuBytes = total(simulation.gpu);
  const mainBytes = total(simulation.cpu);
  return isUnified
    ? { gpuBytes: gpuBytes + mainBytes, mainBytes: gpuBytes + mainBytes }
    : { gpuBytes, mainBytes };
}

function total(use: MemoryUse | null): number {
  return use === null ? 0 : use.weightsBytes + use.contextBytes;
}
