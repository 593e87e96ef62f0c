import { ProblemError, problemError } from '../contract/problem.ts';

/** What was being made when it failed, as the sentence "could not allocate …" continues. */
export type LoadStep = 'library' | 'weights' | 'context' | 'canary';

const MEMORY_MESSAGE =
  /insufficient|out of memory|failed to allocate|unable to allocate|cannot allocate memory|ErrorOutOf(?:Device|Host)Memory|too large|bad_alloc/i;
/** All that the library throws when a context cannot be made; without a line in the log it is memory. */
const NO_CONTEXT_MESSAGE = /failed to create context/i;
/** What the library throws for everything; the log says more. */
const EMPTY_MESSAGE = /^failed to (?:load model|create context)/i;
const ARCHITECTURE_MESSAGE = /unknown model architecture: '([^']*)'/i;
/** llama.cpp's log lines begin with the function that wrote them. */
const LOG_PREFIX = /^\w+: (?:error loading model: )?/;

function reasonOf(error: unknown, logged: readonly string[]): string {
  const text = error instanceof Error ? error.message : String(error);
  const thrown = text.split('\n', 1)[0] ?? '';
  const told = EMPTY_MESSAGE.test(thrown) ? logged[0]?.replace(LOG_PREFIX, '') : undefined;
  return (told ?? thrown).trim().replace(/\.+$/, '') || 'no reason was given';
}

/** The problem for anything that the engine library threw while loading; `logged` are the errors that it logged meanwhile. */
export function loadFailure(
  error: unknown,
  step: LoadStep,
  contextSize: number,
  logged: readonly string[] = [],
): ProblemError {
  if (error instanceof ProblemError) return error;
  const reason = reasonOf(error, logged);
  const architecture = ARCHITECTURE_MESSAGE.exec(reason)?.[1];
  if (architecture !== undefined) return problemError('model.unknownArchitecture', { architecture }, error);
  if (step === 'library') return problemError('engine.startFailed', { reason }, error);
  const isMemory =
    [reason, ...logged].some((line) => MEMORY_MESSAGE.test(line)) ||
    (logged.length === 0 && NO_CONTEXT_MESSAGE.test(reason));
  if (isMemory) {
    const needed =
      step === 'weights' ? "memory for the model's weights" : `memory for a context of ${contextSize} tokens`;
    return problemError('engine.outOfMemory', { needed }, error);
  }
  return problemError('model.loadFailed', { reason }, error);
}
