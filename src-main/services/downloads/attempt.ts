import { describeProblem, ProblemError, type Problem } from '../../contract/problem.ts';
import type { Failure } from '../../domain/download-plan/patience.ts';
import { waitSeconds } from '../hub/refusals.ts';
import type { Judged } from './file-address.ts';

/** One attempt came to nothing; the next may go better. */
export class AttemptFailed extends Error {
  readonly failure: Failure;
  readonly problem: Problem;

  constructor(failure: Failure, problem: Problem) {
    super(`${problem.what} ${problem.why}`);
    this.failure = failure;
    this.problem = problem;
  }
}

/** What was fetched so far is of another file than what the server has now. */
export class FileChanged extends Error {}

export interface Expectation {
  /** Whether the checksum of the whole tells what the file is; if so, nothing the server says can. */
  hasChecksum: boolean;
  /** The problem for a first address that does not let us in. */
  refusal: (judged: Judged) => ProblemError;
}

/** Returns only where bytes follow: `part` or `whole`. Everything else is thrown as what it means, its body discarded. */
export function demandBytes(judged: Judged, { hasChecksum, refusal }: Expectation): void {
  const { verdict, response, isStorage } = judged;
  const { host } = response;
  const unusable = (reason: string) => describeProblem('hub.badAnswer', { host, reason });
  if (verdict.kind === 'part' || verdict.kind === 'whole') return;
  response.discard();
  switch (verdict.kind) {
    case 'later': {
      const seconds = waitSeconds(response.header('retry-after'), response.header('ratelimit'));
      const problem = describeProblem('hub.unreachable', { host, reason: verdict.reason });
      throw new AttemptFailed({ kind: 'trouble', waitSeconds: seconds }, problem);
    }
    case 'refused': {
      if (!isStorage) throw refusal(judged);
      const reason = `it refuses the file, at the address that was given for it (${response.status})`;
      throw new AttemptFailed({ kind: 'refusal' }, unusable(reason));
    }
    case 'changed':
      if (!hasChecksum) throw new FileChanged(verdict.reason);
      throw new AttemptFailed({ kind: 'nonsense' }, unusable('it sent something of another file'));
    case 'askAgain':
    case 'unusable':
      throw new AttemptFailed({ kind: 'nonsense' }, unusable(verdict.reason));
    case 'elsewhere':
      throw new AttemptFailed({ kind: 'nonsense' }, unusable('it sends us on from one address to the next'));
    default:
      verdict satisfies never;
  }
}

/** What passes by itself, or null for everything that does not: a refusal, a full disk, a defect, a cancellation. */
export function asAttempt(error: unknown): AttemptFailed | null {
  if (error instanceof AttemptFailed) return error;
  if (error instanceof ProblemError && error.problem.code === 'hub.unreachable')
    return new AttemptFailed({ kind: 'trouble', waitSeconds: null }, error.problem);
  return null;
}

/** The connection ended before the last byte. */
export function endedEarly(host: string, received: number, expected: number): AttemptFailed {
  const reason = `the connection ended after ${received} of ${expected} bytes`;
  return new AttemptFailed(
    { kind: 'trouble', waitSeconds: null },
    describeProblem('hub.unreachable', { host, reason }),
  );
}
