import type { AnswerStats } from '$contract/chats.contract.ts';
import { counted, formatCount, formatDuration, formatSpeed } from '../../format/figures.ts';

export interface Figure {
  readonly key: string;
  readonly text: string;
  /** What the figure means, for a tooltip and for screen readers. */
  readonly meaning: string;
}

/** The quiet line under an answer. */
export function answerFigures(stats: AnswerStats): Figure[] {
  const fresh = stats.promptTokens - stats.reusedTokens;
  const speed = stats.decodeTokensPerSecond;
  const figures: (Figure | null)[] = [
    speed === null ? null : { key: 'speed', text: formatSpeed(speed), meaning: 'Speed of writing' },
    {
      key: 'first',
      text: `${formatDuration(stats.firstTokenMs)} to first token`,
      meaning: 'Time until the first piece of text, without loading the model',
    },
    {
      key: 'context',
      text: `${formatCount(stats.contextUsed)} / ${formatCount(stats.contextSize)} context`,
      meaning: 'Tokens of the context that are used, and how many there are',
    },
    {
      key: 'reuse',
      text: `${formatCount(fresh)} new, ${formatCount(stats.reusedTokens)} reused`,
      meaning: 'Tokens that were read for this answer, and tokens that were still known from before',
    },
  ];
  return figures.filter((figure) => figure !== null);
}

/** Why the answer ended, where it is not simply complete; null otherwise. */
export function endingInWords({ stopReason, generatedTokens }: AnswerStats): string | null {
  switch (stopReason) {
    case 'end':
      return null;
    case 'stopped':
      return 'Stopped by you.';
    case 'maxTokens':
      return `Ended at the longest answer set for this chat: ${counted(generatedTokens, 'token')}.`;
    case 'contextFull':
      return 'Ended because the context is full. A new chat starts with an empty one.';
    default:
      return stopReason satisfies never;
  }
}

/** Says what the model no longer knows of the chat; null when it knows all of it. */
export function droppedInWords({ droppedMessages }: AnswerStats): string | null {
  if (droppedMessages === 0) return null;
  const which =
    droppedMessages === 1 ? 'The oldest message was' : `The ${droppedMessages} oldest messages were`;
  return `${which} left out of this answer, because the context is full.`;
}
