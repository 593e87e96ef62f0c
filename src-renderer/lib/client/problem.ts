import { ORPCError } from '@orpc/client';
import { problemCatalogue, type ProblemCode } from '$contract/problem-catalogue.ts';
import type { Problem } from '$contract/problem.ts';

/** The catalogue's sentences for a problem that the window itself notices. Such codes take no facts. */
export function localProblem(code: ProblemCode): Problem {
  return { code, ...problemCatalogue[code] };
}

/** The problem to show for whatever a call threw. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ORPCError) {
    if (error.code === 'PROBLEM') return error.data as Problem;
    if (error.status === 401 || error.status === 403) return localProblem('app.sessionEnded');
    return localProblem('internal');
  }
  // What fetch throws when nothing listens any more, in all browsers.
  if (error instanceof TypeError) return localProblem('app.unreachable');
  return localProblem('internal');
}
