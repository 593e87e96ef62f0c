/** Renders chat templates in a thread that the engine can end: a template is a program out of somebody's file. */
import { parentPort } from 'node:worker_threads';
import { renderChatTemplate, type TemplateInput } from './chat-template.ts';
import type { RenderedPrompt } from './prompt-segment.ts';

export type TemplateReply = { rendered: RenderedPrompt } | { failed: string } | { ready: true };

function reply(message: TemplateReply): void {
  parentPort?.postMessage(message);
}

parentPort?.on('message', (input: TemplateInput) => {
  try {
    reply({ rendered: renderChatTemplate(input) });
  } catch (error) {
    reply({ failed: error instanceof Error ? error.message : String(error) });
  }
});
reply({ ready: true });
