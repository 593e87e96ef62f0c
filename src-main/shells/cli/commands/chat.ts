import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { defaultChatSettings } from '../../../contract/defaults.ts';
import type { ChatSettings } from '../../../contract/chats.contract.ts';
import { BUILT_IN_MODEL, defaultResourcesDir } from '../../../services/app-paths.ts';
import type { GenerateResult, PromptMessage } from '../../../services/engine-host/protocol.ts';
import type { Logger } from '../../../services/logging/logger.ts';
import type { Arguments } from '../arguments.ts';
import { withInference, type Core } from '../core.ts';
import { complain, print, printJson, printNow } from '../output.ts';
import { UsageError } from '../usage.ts';

export async function chatCommand(
  args: Arguments,
  core: Core,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const file = await core.files.open(args.file ?? join(defaultResourcesDir(), BUILT_IN_MODEL));
  const model = { id: null, path: file.path, name: file.summary.name };
  const messages = await promptOf(args);
  const settings = settingsOf(args);
  // The first time, three seconds: what they find, every answer gains.
  await core.planner.measure({ models: [file], onlySettings: true, signal });
  await withInference(core, log, async (inference) => {
    const { contextSize } = args;
    const wish = contextSize === undefined ? {} : { contextSize };
    const { loadMs } = await inference.load(model, { signal, ...wish });
    const result = await inference.answer(
      { model, messages, settings, ...wish },
      {
        signal,
        onProgress: (progress) => {
          if (progress.kind === 'text' && !args.json) printNow(progress.text);
        },
      },
    );
    if (args.json) await printJson(report(result, loadMs, inference.loaded?.plan));
    else {
      await print('\n');
      if (result.note) complain(`${result.note.what} ${result.note.todo}`);
      complain(summary(result));
    }
  });
}

async function promptOf({ prompt, systemPrompt }: Arguments): Promise<PromptMessage[]> {
  const question = prompt === '-' ? (await readAll(process.stdin)).trim() : (prompt ?? '');
  if (question.trim() === '') throw new UsageError('The prompt is empty.');
  const messages: PromptMessage[] = systemPrompt ? [{ role: 'system', text: systemPrompt }] : [];
  return [...messages, { role: 'user', text: question }];
}

function settingsOf({ temperature, maxTokens, seed }: Arguments): ChatSettings {
  return {
    ...defaultChatSettings,
    temperature: temperature ?? defaultChatSettings.temperature,
    maxTokens: maxTokens ?? null,
    seed: seed ?? null,
  };
}

function report(result: GenerateResult, loadMs: number, plan: unknown) {
  const { text, reasoning, stopReason, promptTokens, reusedTokens, generatedTokens } = result;
  const { firstTokenMs, decodeTokensPerSecond, note } = result;
  return {
    text,
    reasoning,
    stopReason,
    tokens: { prompt: promptTokens, reused: reusedTokens, generated: generatedTokens },
    timings: { loadMs, firstTokenMs, decodeTokensPerSecond },
    ...(note && { note }),
    plan,
  };
}

function summary({
  generatedTokens,
  decodeTokensPerSecond,
  contextUsed,
  contextSize,
}: GenerateResult): string {
  const speed = decodeTokensPerSecond === null ? '' : ` at ${decodeTokensPerSecond.toFixed(1)} tokens/s`;
  return `${generatedTokens} tokens${speed}; context ${contextUsed} of ${contextSize}`;
}
