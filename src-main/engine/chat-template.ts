import { Template } from '@huggingface/jinja';
import { randomBytes } from 'node:crypto';
import type { PromptMessage } from '../services/engine-host/protocol.ts';
import type { PromptSegment, RenderedPrompt } from './prompt-segment.ts';

export interface TemplateInput {
  template: string;
  messages: readonly PromptMessage[];
  bosToken: string;
  eosToken: string;
}

/**
 * Renders a model's own Jinja template. The template never sees what was written: each text is replaced by a random name before
 * rendering and put back afterwards, which also tells the template's special tokens from the same characters typed by somebody.
 * Templates that refuse or ignore a system message get it in front of the first question instead.
 */
export function renderChatTemplate(input: TemplateInput): RenderedPrompt {
  const template = new Template(input.template);
  const run = (messages: readonly PromptMessage[], addGenerationPrompt: boolean) =>
    renderNamed(template, input, messages, addGenerationPrompt);
  try {
    return { segments: run(input.messages, true), turnEnd: turnEndOf(run) };
  } catch (error) {
    const merged = mergeSystemMessage(input.messages);
    if (merged === null) throw error;
    return { segments: run(merged, true), turnEnd: turnEndOf(run) };
  }
}

type Run = (messages: readonly PromptMessage[], addGenerationPrompt: boolean) => PromptSegment[];

function renderNamed(
  template: Template,
  input: TemplateInput,
  messages: readonly PromptMessage[],
  prompt: boolean,
) {
  const prefix = `t${randomBytes(12).toString('hex')}n`;
  const names = messages.map((_, index) => `${prefix}${index}z`);
  const rendered = template.render({
    messages: messages.map(({ role }, index) => ({ role, content: names[index] })),
    add_generation_prompt: prompt,
    bos_token: input.bosToken,
    eos_token: input.eosToken,
  });
  return fillNames(rendered, new RegExp(`${prefix}(\\d+)z`), messages);
}

function fillNames(rendered: string, name: RegExp, messages: readonly PromptMessage[]): PromptSegment[] {
  const missing = new Set(messages.keys());
  const segments: PromptSegment[] = [];
  // Splitting at a pattern with one group alternates between the template's text and message numbers.
  for (const [position, piece] of rendered.split(name).entries()) {
    const special = position % 2 === 0;
    const text = special ? piece : (messages[Number(piece)]?.text ?? '');
    if (!special) missing.delete(Number(piece));
    if (text !== '') segments.push({ text, special });
  }
  if (missing.size > 0) throw new Error('the template leaves messages out');
  return segments;
}

function mergeSystemMessage(messages: readonly PromptMessage[]): PromptMessage[] | null {
  const [system, first, ...rest] = messages;
  if (system?.role !== 'system' || first?.role !== 'user') return null;
  return [{ role: 'user', text: `${system.text}\n\n${first.text}` }, ...rest];
}

/** A probe answer shows how a turn ends. Templates that cannot render one have no special end. */
function turnEndOf(run: Run): string {
  try {
    const segments = run(
      [
        { role: 'user', text: 'question' },
        { role: 'assistant', text: 'answer' },
      ],
      false,
    );
    const last = segments.at(-1);
    return last?.special === true ? last.text : '';
  } catch {
    return ''; // the model's own end-of-generation tokens still end an answer
  }
}
