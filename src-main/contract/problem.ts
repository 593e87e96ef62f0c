import { z } from 'zod';
import { problemCatalogue, type ProblemCode } from './problem-catalogue.ts';

/** Everything a screen or a terminal needs to tell a person about a failure. Never holds a stack trace. */
export const problemSchema = z.object({
  code: z.enum(Object.keys(problemCatalogue) as [ProblemCode, ...ProblemCode[]]),
  what: z.string(),
  why: z.string(),
  todo: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;

/** Named facts that the catalogue's sentences refer to as `{name}`. */
export type ProblemFacts = Readonly<Record<string, string | number>>;

/** Fills the catalogue's sentences for `code`. A fact that is missing shows as `?`, never as a crash. */
export function describeProblem(code: ProblemCode, facts: ProblemFacts = {}): Problem {
  const { what, why, todo } = problemCatalogue[code];
  const fill = (sentence: string) =>
    sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? '?'));
  return { code, what: fill(what), why: fill(why), todo: fill(todo) };
}

/** A failure that a person may see. Anything else that is thrown is a defect and is reported as `internal`. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(`${problem.what} ${problem.why}`, options);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** Short for `new ProblemError(describeProblem(code, facts))`. */
export function problemError(code: ProblemCode, facts?: ProblemFacts, cause?: unknown): ProblemError {
  return new ProblemError(describeProblem(code, facts), cause === undefined ? undefined : { cause });
}

/** The problem to show for anything that was thrown. */
export function toProblem(error: unknown): Problem {
  return error instanceof ProblemError ? error.problem : describeProblem('internal');
}
