import type { Hardware } from '../../contract/hardware.contract.ts';
import type { ExpectedSpeed, LoadSettings, Plan, PlanVariant } from '../../contract/plan.contract.ts';
import { describeProblem } from '../../contract/problem.ts';
import { layersWithOutput } from '../../domain/planner/candidates.ts';
import { explain, reasonsFor, type Explained } from '../../domain/planner/explain.ts';
import { usableRamBytes, usableVramBytes } from '../../domain/planner/headroom.ts';
import { layoutOf } from '../../domain/planner/layout/layout.ts';
import { isKnown } from '../../domain/planner/layout/types.ts';
import { gib } from '../../domain/planner/numbers.ts';
import { weightMix } from '../../domain/planner/speed/model-input.ts';
import type { MachineSpeed } from '../../domain/planner/speed/types.ts';
import { expectedSpeed } from '../../domain/planner/table/expected-speed.ts';
import { qualityOf } from '../../domain/planner/table/quality.ts';
import { NO_SPEED } from '../../domain/planner/table/row.ts';
import type { Machine } from '../../domain/planner/types.ts';
import type { ModelFile } from '../library/model-file.ts';
import { tableModel } from './local-models.ts';

/** What was chosen for a model, as it is told: with its speed, its quality and the reasons. */
export function toPlan(
  machine: Hardware,
  model: ModelFile,
  { speed, ...explained }: Explained & { speed: MachineSpeed },
): Plan {
  const { choice } = explained;
  const { settings } = choice.candidate;
  const variant: PlanVariant = {
    ...fileFacts(model),
    ...settings,
    speed: speedOf(model, settings, { gpu: explained.machine.gpu, speed }),
    quality: qualityOf(tableModel(model), settings),
    fits: choice.fits ? choice.candidate.placement : 'no',
    memory: { devices: choice.devices },
    reasons: reasonsFor(explained),
  };
  if (choice.fits) return { machine, variants: [variant], pick: 0, why: explain(explained) };
  const why = tooLarge(
    choice.devices.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
    explained.machine,
  );
  return { machine, variants: [{ ...variant, reasons: [why] }], pick: null, why };
}

function speedOf(
  { header }: ModelFile,
  settings: LoadSettings,
  machine: { gpu: unknown; speed: MachineSpeed },
): ExpectedSpeed {
  const layout = layoutOf(header);
  return isKnown(layout)
    ? expectedSpeed(layout, weightMix(layout.tensors, layout.isTied), settings, machine)
    : NO_SPEED;
}

/** Not one candidate could be laid out: the engine refuses the model as such. */
export function planThatFails(hardware: Hardware, model: ModelFile, { threads }: Machine): Plan {
  const why = 'The engine cannot lay this model out in memory with any settings, so it cannot be run.';
  const variant: PlanVariant = {
    ...fileFacts(model),
    gpuLayers: 0,
    contextSize: 256,
    flashAttention: false,
    cacheTypeK: 'f16',
    cacheTypeV: 'f16',
    batchSize: 256,
    threads,
    speed: NO_SPEED,
    quality: qualityOf(tableModel(model), { cacheTypeK: 'f16', cacheTypeV: 'f16' }),
    fits: 'no',
    memory: { devices: [] },
    reasons: [why],
  };
  return { machine: hardware, variants: [variant], pick: null, why };
}

function fileFacts({ fileName, sizeBytes, summary }: ModelFile) {
  return {
    file: fileName,
    label: summary.level,
    bitsPerWeight: summary.bitsPerWeight,
    sizeBytes,
    totalLayers: layersWithOutput(summary),
  };
}

function tooLarge(neededBytes: number, { memory, gpu }: Machine): string {
  const available = usableRamBytes(memory) + (gpu && !gpu.unified ? usableVramBytes(gpu) : 0);
  const { what, why, todo } = describeProblem('model.tooLarge', {
    needed: gib(neededBytes),
    available: gib(available),
  });
  return `${what} ${why} ${todo}`;
}
