/**
 * A piece of a rendered prompt. Only `special` pieces, which come from the template, may spell special tokens: what a person or a
 * model wrote stays plain text, so that a typed `<|im_end|>` ends no turn.
 */
export interface PromptSegment {
  text: string;
  special: boolean;
}

export interface RenderedPrompt {
  segments: PromptSegment[];
  /** What the template writes after an answer, e.g. `<|im_end|>\n`; empty when nothing. */
  turnEnd: string;
}
