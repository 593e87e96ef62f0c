import type { PromptMessage } from '../services/engine-host/protocol.ts';
import type { PromptSegment, RenderedPrompt } from './prompt-segment.ts';

/** A prompt without the model's own template, and the text that a model might write instead of ending its turn. */
export interface PlainPrompt extends RenderedPrompt {
  stopText: string | null;
}

/** ChatML where the model knows its markers (most instruction-tuned models since 2023), else named paragraphs. */
export function renderPlain(messages: readonly PromptMessage[], knowsChatMl: boolean): PlainPrompt {
  return knowsChatMl ? renderChatMl(messages) : renderParagraphs(messages);
}

function renderChatMl(messages: readonly PromptMessage[]): PlainPrompt {
  const turnEnd = '<|im_end|>\n';
  const segments: PromptSegment[] = [];
  let pending = '';
  for (const { role, text } of messages) {
    segments.push({ text: `${pending}<|im_start|>${role}\n`, special: true });
    if (text !== '') segments.push({ text, special: false });
    pending = turnEnd;
  }
  segments.push({ text: `${pending}<|im_start|>assistant\n`, special: true });
  return { segments, turnEnd, stopText: null };
}

const PARAGRAPH_NAMES = {
  system: '### Instructions',
  user: '### Question',
  assistant: '### Answer',
} as const;

function renderParagraphs(messages: readonly PromptMessage[]): PlainPrompt {
  const text = messages.map((message) => `${PARAGRAPH_NAMES[message.role]}\n${message.text}\n\n`).join('');
  const segments = [{ text: `${text}${PARAGRAPH_NAMES.assistant}\n`, special: false }];
  return { segments, turnEnd: '', stopText: '\n###' };
}
