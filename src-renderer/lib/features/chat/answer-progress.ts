import type { MessageStatus } from '$contract/chats.contract.ts';
import type { EngineStatus } from '$contract/engine.contract.ts';
import { counted, formatCount } from '../../format/figures.ts';
import { plainName } from '../../format/visible-text.ts';
import type { Prefill } from '../../state/message-view.svelte.ts';

export interface ProgressFacts {
  readonly status: MessageStatus;
  readonly prefill: Prefill | null;
  readonly engine: EngineStatus;
  /** 1 for the answer that comes next; 0 when it does not wait. */
  readonly queuePlace: number;
  /** The other chat whose answer is being written, if any; its title may not be known. */
  readonly waitsFor: { readonly title: string | null } | null;
}

export interface Progress {
  readonly words: string;
  /** Between 0 and 1, where it is known how far it is. */
  readonly share: number | null;
}

/** What an answer without text is waiting for. */
export function answerProgress({ status, prefill, engine, queuePlace, waitsFor }: ProgressFacts): Progress {
  if (status === 'queued' && waitsFor !== null) {
    const place = queuePlace > 1 ? `, ${counted(queuePlace - 1, 'other answer')} before this one` : '';
    const chat = waitsFor.title === null ? 'another chat' : `“${waitsFor.title}”`;
    return { words: `Waiting for the answer in ${chat}${place}`, share: null };
  }
  const model = plainName(engine.modelName ?? '') || 'the model';
  switch (engine.state) {
    case 'absent':
    case 'evicted':
    case 'starting':
      return { words: 'Starting the engine', share: null };
    case 'loading':
      return { words: `Loading ${model}`, share: engine.loadProgress };
    case 'probing':
      return { words: `Checking that ${model} answers`, share: null };
    case 'crashed':
    case 'hung':
      return { words: 'The engine stopped; starting it again', share: null };
    default:
  }
  if (prefill && prefill.totalTokens > 0) {
    const { evaluatedTokens, totalTokens } = prefill;
    const words = `Reading ${formatCount(evaluatedTokens)} of ${formatCount(totalTokens)} tokens`;
    return { words, share: evaluatedTokens / totalTokens };
  }
  return { words: status === 'queued' ? 'Waiting for its turn' : 'Reading the chat', share: null };
}
