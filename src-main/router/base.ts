import { implement, ORPCError } from '@orpc/server';
import { contract } from '../contract/index.ts';
import { ProblemError } from '../contract/problem.ts';
import type { Logger } from '../services/logging/logger.ts';

/** Problems travel as the declared error; anything else stays hidden from the window and goes to the log. */
export function createImplementer(log: Logger) {
  return implement(contract).use(async ({ next, path, signal }) => {
    try {
      return await next();
    } catch (error) {
      if (error instanceof ProblemError) throw problemAnswer(error);
      if (signal?.aborted !== true)
        log.error('a call failed', { call: path.join('.'), reason: String(error) });
      throw error;
    }
  });
}

function problemAnswer(error: ProblemError) {
  return new ORPCError('PROBLEM', { status: 422, data: error.problem, cause: error });
}

/** The same for what goes wrong while a stream is read, which is after the call itself has succeeded. */
export async function* withProblems<Event>(events: AsyncGenerator<Event, void>): AsyncGenerator<Event, void> {
  try {
    yield* events;
  } catch (error) {
    throw error instanceof ProblemError ? problemAnswer(error) : error;
  }
}

export type NibbleImplementer = ReturnType<typeof createImplementer>;
