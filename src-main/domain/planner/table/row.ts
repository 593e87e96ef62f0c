import type {
  ExpectedQuality,
  ExpectedSpeed,
  PlanVariant,
  PlanWishes,
} from '../../../contract/plan.contract.ts';
import type { UnknownLayout } from '../layout/types.ts';
import type { Attempt } from './attempt.ts';
import type { Candidate } from './candidate.ts';
import { expertsInMemory } from './experts.ts';
import { qualityOf } from './quality.ts';
import { rowReasons } from './reasons.ts';
import type { PlannedRow, RefusedModel, TableMachine, TableModel, UnplannedRow } from './types.ts';

/** Plans one file for a context of so many tokens, or as many as it was trained for. */
export function plannedRow(
  candidate: Candidate,
  contextSize: number,
  machine: TableMachine,
  wishes: PlanWishes,
): PlannedRow {
  const { model, freedom, settler } = candidate;
  const targetContext = Math.max(freedom.targetContext, Math.min(contextSize, model.summary.trainedContext));
  const best = settler.settle(targetContext);
  const shown = best ?? settler.closest(targetContext, 'first');
  const variant = variantOf(candidate, shown, best ? placementOf(shown, settler.totalLayers) : 'no');
  const isShort = !best || best.settings.contextSize < targetContext;
  const row: PlannedRow = {
    candidate,
    variant,
    pair: shown.pair,
    isFast: settler.isFast(shown),
    targetContext,
    missingBytes: settler.closest(targetContext, isShort ? 'last' : 'first').missingBytes,
    missingGpuBytes: machine.gpu ? settler.withPlenty(targetContext).missingGpuBytes : null,
  };
  return { ...row, variant: { ...variant, reasons: rowReasons({ row, machine, wishes }) } };
}

function variantOf({ model, settler }: Candidate, shown: Attempt, fits: PlanVariant['fits']): PlanVariant {
  const { file, sizeBytes, summary } = model;
  const { settings, devices, speed } = shown;
  return {
    ...settings,
    file,
    label: summary.level,
    bitsPerWeight: summary.bitsPerWeight,
    sizeBytes,
    fits,
    totalLayers: settler.totalLayers,
    memory: { devices },
    speed,
    quality: qualityOf(model, settings),
    reasons: [],
    ...(fits !== 'gpu' && expertsInMemory(settler, shown)),
  };
}

function placementOf({ settings: { gpuLayers } }: Attempt, totalLayers: number): PlanVariant['fits'] {
  if (gpuLayers === 0) return 'cpu';
  return gpuLayers === totalLayers ? 'gpu' : 'partial';
}

export const NO_SPEED: ExpectedSpeed = {
  decodeTokensPerSecond: null,
  prefillTokensPerSecond: null,
  basis: 'unknown',
};
const NO_QUALITY: ExpectedQuality = {
  meanKld: null,
  low: null,
  high: null,
  basis: 'unknown',
  source: '',
  words: 'not known',
};

export function refusedRow(model: RefusedModel, machine: TableMachine): UnplannedRow {
  const { file, sizeBytes, reason, isRefused = false } = model;
  const facts = { file, sizeBytes, label: null, bitsPerWeight: 0, totalLayers: 0 };
  const { variant } = emptyRow(facts, machine, reason);
  return { variant: isRefused ? { ...variant, isRefused } : variant };
}

export function unknownRow(
  model: TableModel,
  machine: TableMachine,
  { unknown, field }: UnknownLayout,
): UnplannedRow {
  const { file, sizeBytes, summary } = model;
  const reason = field
    ? `The header does not describe the model: ${field} is missing, makes no sense or does not agree with the tensors.`
    : `Models of the architecture "${unknown}" can be loaded, but their memory cannot be calculated beforehand.`;
  const { level: label, bitsPerWeight, layers } = summary;
  const { variant } = emptyRow(
    { file, sizeBytes, label, bitsPerWeight, totalLayers: layers + 1 },
    machine,
    reason,
  );
  return { variant: { ...variant, quality: qualityOf(model, variant) } };
}

type Facts = Pick<PlanVariant, 'file' | 'sizeBytes' | 'label' | 'bitsPerWeight' | 'totalLayers'>;

function emptyRow(facts: Facts, { threads }: TableMachine, reason: string): UnplannedRow {
  const variant: PlanVariant = {
    ...facts,
    speed: NO_SPEED,
    quality: NO_QUALITY,
    gpuLayers: 0,
    contextSize: 256,
    flashAttention: false,
    cacheTypeK: 'f16',
    cacheTypeV: 'f16',
    batchSize: 256,
    threads,
    fits: 'no',
    memory: { devices: [] },
    reasons: [reason],
  };
  return { variant };
}
