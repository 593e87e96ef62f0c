import { describeProblem, problemError, type Problem } from '../contract/problem.ts';
import type { PromptMessage } from '../services/engine-host/protocol.ts';
import { begunSegments, type BegunAnswer } from './begun-answer.ts';
import type { DroppedTurns } from './dropped-turns.ts';
import { renderPlain, type PlainPrompt } from './plain-template.ts';
import { answerReserve, firstFitting, shortenings, withoutOldest } from './prompt-budget.ts';
import type { PromptSegment } from './prompt-segment.ts';
import type { PromptTokens } from './prompt-tokens.ts';
import { TemplateError, type TemplateRenderer } from './template-renderer.ts';

/** Dropping turns leaves room for the next ones, so that not every turn of a full chat moves the prompt's beginning. */
const FILLED_AFTER_DROPPING = 3 / 4;

/** What a prompt depends on beside the chat. */
export interface PromptEnvironment {
  renderer: TemplateRenderer;
  /** Null when the file has none. */
  template: string | null;
  bosToken: string;
  eosToken: string;
  knowsChatMl: boolean;
  contextSize: number;
  droppedTurns: DroppedTurns;
}

interface Rendered extends PlainPrompt {
  /** Set when the model's template failed and a plain one was used. */
  note: Problem | null;
}

export interface BuiltPrompt extends Omit<Rendered, 'segments'>, ReturnType<PromptTokens['read']> {
  /** Of `tokens`, those of an answer that goes on. */
  begunTokens: number;
  /** The answer begins, or goes on, inside an open `<think>`. */
  startsInReasoning: boolean;
  droppedMessages: number;
}

/** Renders and tokenizes a chat, leaving out its oldest turns when the context cannot hold them and an answer. */
export async function buildPrompt(
  environment: PromptEnvironment,
  messages: readonly PromptMessage[],
  maxTokens: number | null,
  promptTokens: PromptTokens,
  begun?: BegunAnswer,
): Promise<BuiltPrompt> {
  // One cell stays free: the binding shifts the context when it is full to the last.
  const available = environment.contextSize - 1 - answerReserve(environment.contextSize, maxTokens);
  const render = renderWith(environment);
  let smallest = Infinity;
  const within = (limit: number) => async (droppedMessages: number) => {
    const { segments, ...rendered } = await render(withoutOldest(messages, droppedMessages));
    const opensReasoning = endsInReasoning(segments.at(-1));
    const written = begun === undefined ? [] : begunSegments(begun, opensReasoning);
    const { spans, tokens } = promptTokens.read([...segments, ...written]);
    smallest = Math.min(smallest, tokens.length);
    if (tokens.length > limit) return null;
    const startsInReasoning =
      written.length === 0 ? opensReasoning : begun?.reasoning !== '' && begun?.text === '';
    const begunTokens = spans.slice(segments.length).reduce((sum, span) => sum + span.tokens.length, 0);
    return { ...rendered, spans, tokens, begunTokens, startsInReasoning, droppedMessages };
  };
  const droppedBefore = environment.droppedTurns.of(messages);
  const further = shortenings(messages).filter((dropped) => dropped > droppedBefore);
  const built =
    (await within(available)(droppedBefore)) ??
    (await firstFitting(further, within(available * FILLED_AFTER_DROPPING))) ??
    (await firstFitting(further, within(available)));
  if (built === null) throw problemError('chat.tooLong', { needed: smallest, available });
  environment.droppedTurns.remember(messages, built.droppedMessages);
  return built;
}

/** Renders with the model's template; after its first failure with a plain one, so that a slow template costs its limit once. */
function renderWith(
  environment: PromptEnvironment,
): (messages: readonly PromptMessage[]) => Promise<Rendered> {
  const { renderer, template, bosToken, eosToken, knowsChatMl } = environment;
  let note: Problem | null = null;
  return async (messages) => {
    if (template !== null && note === null) {
      try {
        const rendered = await renderer.render({ template, messages, bosToken, eosToken });
        return { ...rendered, stopText: null, note };
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        note = describeProblem('chat.templateFailed', { reason: error.message });
      }
    }
    return { ...renderPlain(messages, knowsChatMl), note };
  };
}

function endsInReasoning(last: PromptSegment | undefined): boolean {
  return last?.special === true && last.text.trimEnd().endsWith('<think>');
}
