import type { ChatSettings, Message } from '../../contract/chats.contract.ts';
import type { PromptMessage } from '../engine-host/protocol.ts';

/**
 * The turns a model is shown for the path that ends in the person's question. Answers without text (failed before
 * the first word) are left out, and the questions around them become one turn: many chat templates refuse
 * two turns of the same role in a row.
 */
export function buildPrompt(settings: ChatSettings, path: readonly Message[]): PromptMessage[] {
  const turns: PromptMessage[] = [];
  const systemPrompt = settings.systemPrompt.trim();
  if (systemPrompt !== '') turns.push({ role: 'system', text: systemPrompt });
  for (const { role, text } of path) {
    if (text === '') continue;
    const last = turns.at(-1);
    if (last?.role === role) last.text += `\n\n${text}`;
    else turns.push({ role, text });
  }
  return turns;
}
