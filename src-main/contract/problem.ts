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

/**
 * Fills the catalogue's sentences for `code`. A fact that is missing shows as `?`, never as a crash. A reason may begin with a small letter:
 * where it is the sentence, it gets a capital one.
 */
export function describeProblem(code: ProblemCode, facts: ProblemFacts = {}): Problem {
  const { what, why, todo } = problemCatalogue[code];
  const fill = (sentence: string) =>
    sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? '?'));
  const filledWhy = why.startsWith('{reason}') ? asSentence(fill(why)) : fill(why);
  return { code, what: fill(what), why: filledWhy, todo: fill(todo) };
}

/** Names, such as `token_embd.weight`, stay as they are. */
function asSentence(text: string): string {
  return text.replace(/^[a-z](?=[a-z]*[ ,])/, (letter) => letter.toUpperCase());
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
