import type { DeviceMemory } from '../../contract/plan.contract.ts';
import type { ModelSummary } from '../gguf/types.ts';
import { layersWithOutput, MIN_CONTEXT, supportsFlashAttention, targetContext } from './candidates.ts';
import { MAIN_MEMORY, type Choice } from './choose.ts';
import { gib, grouped } from './numbers.ts';
import { flashAttentionReason, tuningReasons, type Tuning } from './tuning/words.ts';
import type { Machine, Wish } from './types.ts';

/** simulated: by llama.cpp itself; calculated: by the formulas that are held against it; estimated: for a model that they do not know. */
export type MemoryBasis = 'simulated' | 'calculated' | 'estimated';

export interface Explained {
  model: ModelSummary;
  machine: Machine;
  wish: Wish;
  choice: Choice;
  memoryBasis: MemoryBasis;
  areThreadsMeasured: boolean;
  /** What was measured of threads, batch and flash attention. */
  tuning?: Tuning;
}

/** Two or three sentences for a person who knows neither layers nor caches. */
export function explain(explained: Explained): string {
  const { choice } = explained;
  const sentences = [placementSentence(explained), contextSentence(explained)];
  if (choice.candidate.demand !== 'disk') {
    sentences.push(
      `It takes about ${sharesInWords(choice.devices)}; the rest stays free for other programs.`,
    );
  }
  return sentences.join(' ');
}

export const memoryReasons: Record<MemoryBasis, string> = {
  simulated: 'The memory was calculated by llama.cpp itself, on this computer.',
  calculated: "The memory was calculated from the file's header.",
  estimated: 'The memory is a rough estimate: the exact calculation was not available.',
};

/** Why each setting is what it is, one sentence each. */
export function reasonsFor(explained: Explained): string[] {
  const { choice, memoryBasis, tuning } = explained;
  const { settings, placement } = choice.candidate;
  return [
    placementSentence(explained),
    contextSentence(explained),
    cacheSentence(explained),
    flashAttentionSentence(explained),
    ...(tuning && placement === 'cpu' ? tuningReasons(settings, tuning) : [threadsSentence(explained)]),
    memoryReasons[memoryBasis],
  ];
}

function placementSentence({ model, machine, choice }: Explained): string {
  const { placement, demand, settings } = choice.candidate;
  if (demand === 'disk')
    return 'The model is larger than the free memory, so parts of it are read from disk again and again: answers will be very slow.';
  switch (placement) {
    case 'gpu':
      return `The whole model fits on ${machine.gpu?.name ?? 'the GPU'}, where it is fastest.`;
    case 'partial':
      return `${settings.gpuLayers} of ${layersWithOutput(model)} layers fit on ${machine.gpu?.name ?? 'the GPU'}; the processor computes the others, which is slower.`;
    case 'cpu':
      return machine.gpu
        ? `${machine.gpu.name} has too little free memory for this model, so it runs on the processor.`
        : 'The model runs on the processor from main memory: no GPU was found that the engine can use.';
  }
  return placement satisfies never;
}

function contextSentence({ model, wish, choice }: Explained): string {
  const { contextSize } = choice.candidate.settings;
  const holds = `The context holds ${grouped(contextSize)} tokens (about ${grouped(Math.round((contextSize * 0.75) / 100) * 100)} words)`;
  const target = targetContext(model, wish);
  if (contextSize < target) return `${holds}; ${grouped(target)} would need more memory than is free.`;
  if (wish.contextSize === undefined) {
    if (contextSize === Math.max(MIN_CONTEXT, model.trainedContext))
      return `${holds}, all that the model was trained for.`;
    return contextSize > target
      ? `${holds}, because there is room for it.`
      : `${holds}, enough for long chats.`;
  }
  if (wish.contextSize > target)
    return `${holds}: the model was not trained for the ${grouped(wish.contextSize)} that were asked for.`;
  if (wish.contextSize < target)
    return `${holds}, the smallest that works; ${grouped(wish.contextSize)} were asked for.`;
  return `${holds}, as asked.`;
}

function cacheSentence({ choice }: Explained): string {
  switch (choice.candidate.settings.cacheTypeK) {
    case 'f16':
      return 'The cache (what the model remembers of the chat) keeps full precision.';
    case 'q8_0':
      return 'The cache (what the model remembers of the chat) is stored with 8 bits, which makes this context fit; the loss is hardly measurable.';
    case 'q4_0':
      return 'The cache (what the model remembers of the chat) is stored with 4 bits, because only that makes this context fit; answers may suffer a little.';
  }
  return choice.candidate.settings.cacheTypeK satisfies never;
}

/** `5.4 GiB of RTX 4060 and 0.42 GiB of main memory` */
export function sharesInWords(devices: readonly DeviceMemory[]): string {
  return devices
    .filter(({ totalBytes }) => totalBytes > 0)
    .map(({ name, totalBytes }) => `${gib(totalBytes)} of ${name === MAIN_MEMORY ? 'main memory' : name}`)
    .join(' and ');
}

function flashAttentionSentence({ model, choice, tuning }: Explained): string {
  const { settings, placement } = choice.candidate;
  const measured = tuning && placement === 'cpu' ? flashAttentionReason(settings, tuning) : null;
  if (measured !== null) return measured;
  if (settings.flashAttention) return 'Flash attention is on: it reads prompts faster and needs less memory.';
  return supportsFlashAttention(model)
    ? 'Flash attention is off, as it suits this processor best.'
    : 'Flash attention is off: this model cannot use it.';
}

function threadsSentence({ machine, areThreadsMeasured }: Explained): string {
  return areThreadsMeasured
    ? `${count(machine.threads, 'thread')}: the fastest here in a short measurement, fewer where it makes no difference.`
    : `${count(machine.threads, 'thread')}: one core is left to other programs; it could not be measured.`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
