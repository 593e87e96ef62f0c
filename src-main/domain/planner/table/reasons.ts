import type { PlanWishes } from '../../../contract/plan.contract.ts';
import { memoryReasons } from '../explain.ts';
import { gib, grouped } from '../numbers.ts';
import { expertsSentence } from './experts.ts';
import type { PlannedRow, TableMachine } from './types.ts';

interface Reasoned {
  row: PlannedRow;
  machine: TableMachine;
  wishes: PlanWishes;
}

/** Why each setting of a row is what it is, one sentence each. */
export function rowReasons(reasoned: Reasoned): string[] {
  const { row, machine } = reasoned;
  const { flashAttention, threads, speed } = row.variant;
  return [
    placementReason(reasoned),
    contextReason(reasoned),
    cacheReason(reasoned),
    flashAttention
      ? 'Flash attention is on: it reads prompts faster and needs less memory.'
      : withoutFlashAttention(reasoned),
    machine.areThreadsMeasured
      ? `Threads: ${threads}, the fastest here in a short measurement.`
      : `Threads: ${threads}, which leaves one core to other programs.`,
    memoryReasons.calculated,
    besideReason(row),
    speedReason[speed.basis],
    expertsSentence(row.variant),
    ...row.candidate.freedom.refusals,
  ].filter((reason) => reason !== null);
}

function besideReason({ candidate: { beside } }: PlannedRow): string | null {
  if (!beside) return null;
  const { draft, adapters } = beside;
  const count = adapters.length;
  const parts = [draft && 'a draft model', count === 1 ? 'an adapter' : count > 1 && `${count} adapters`];
  return `What is loaded beside it is counted: ${parts.filter(Boolean).join(' and ')}.`;
}

const speedReason = {
  measured: "The speed follows from this computer's memory as it was measured.",
  given: 'The speed follows from the bandwidth in the machine file.',
  modelled: 'The speed is modelled from published figures of such devices.',
  unknown: 'The speed is not known.',
};

function withoutFlashAttention({ machine: { tuned }, wishes, row }: Reasoned): string {
  const isFaster = tuned?.flashAttention === false && row.variant.gpuLayers === 0;
  return isFaster && wishes.flashAttention === undefined
    ? 'Flash attention is off: measured here, the processor is faster without it.'
    : 'Flash attention is off.';
}

function placementReason({ row, machine, wishes }: Reasoned): string {
  const { fits, gpuLayers, totalLayers } = row.variant;
  const gpu = machine.gpu?.name ?? 'the GPU';
  switch (fits) {
    case 'gpu':
      return `All layers are on ${gpu}, where they are fastest.`;
    case 'partial':
      return wishes.gpuLayers === undefined
        ? `${gpuLayers} of ${totalLayers} layers fit on ${gpu}; the processor computes the others, which is slower.`
        : `${gpuLayers} of ${totalLayers} layers are on ${gpu}, as asked.`;
    case 'cpu':
      if (!machine.gpu)
        return 'The processor computes from main memory: there is no GPU that the engine can use.';
      return wishes.gpuLayers === 0
        ? 'The processor computes from main memory, as asked.'
        : `${gpu} has too little free memory for this model, so the processor computes from main memory.`;
    case 'no':
      return `It does not fit: ${gib(row.missingBytes)} more would be needed.`;
  }
  return fits satisfies never;
}

function contextReason({ row, wishes }: Reasoned): string {
  const { contextSize, fits } = row.variant;
  const { model, freedom } = row.candidate;
  const holds = `The context holds ${grouped(contextSize)} tokens`;
  if (contextSize < row.targetContext)
    return `${holds}: ${grouped(row.targetContext)} would need ${gib(row.missingBytes)} more.`;
  if (wishes.contextSize === undefined) {
    if (contextSize >= model.summary.trainedContext) return `${holds}, all that the model was trained for.`;
    return contextSize > freedom.targetContext
      ? `${holds}, because there is room for it.`
      : `${holds}, enough for long chats.`;
  }
  if (wishes.contextSize > contextSize)
    return `${holds}: the model was not trained for the ${grouped(wishes.contextSize)} that were asked for.`;
  return fits === 'no' ? `${holds} would be the context, as asked.` : `${holds}, as asked.`;
}

function cacheReason({ row, wishes }: Reasoned): string {
  const { cacheTypeK, cacheTypeV, fits } = row.variant;
  if (wishes.cacheTypeK ?? wishes.cacheTypeV)
    return `The cache is stored as ${cacheTypeK} (keys) and ${cacheTypeV} (values).`;
  if (fits === 'no') return 'A smaller cache would not make it fit either.';
  if (cacheTypeK === 'f16') return 'The cache keeps full precision.';
  return cacheTypeK === 'q8_0'
    ? 'The cache is stored with 8 bits, which makes this context fit; the loss is hardly measurable.'
    : 'The cache is stored with 4 bits, because only that makes this context fit; answers may suffer a little.';
}
