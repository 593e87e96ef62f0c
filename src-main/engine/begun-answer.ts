import type { PromptSegment } from './prompt-segment.ts';

/** An answer that was cut off before its end. */
export interface BegunAnswer {
  text: string;
  reasoning: string;
}

/** What the model had written, as it stands behind the prompt; `startsInReasoning` when the template has opened the reasoning already. */
export function begunSegments({ text, reasoning }: BegunAnswer, startsInReasoning: boolean): PromptSegment[] {
  const hasReasoning = startsInReasoning || reasoning !== '';
  const segments = [
    { text: hasReasoning && !startsInReasoning ? '<think>' : '', special: true },
    { text: reasoning, special: false },
    { text: hasReasoning && text !== '' ? '</think>\n\n' : '', special: true },
    { text, special: false },
  ];
  return segments.filter((segment) => segment.text !== '');
}
