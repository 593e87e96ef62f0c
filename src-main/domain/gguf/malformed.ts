import { problemError, type ProblemError } from '../../contract/problem.ts';

/** A text from a file as part of a sentence or a list: on one line, without control characters, and not too long. */
export function shortText(text: string, most: number): string {
  const line = text.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim();
  return line.length > most ? `${line.slice(0, most).toWellFormed()}…` : line;
}

/** Keys and names in `field` and `reason` are the file's own: in a terminal they could be commands. */
export function malformed(path: string, field: string, reason: string): ProblemError {
  return problemError('model.malformed', {
    path,
    field: shortText(field, 300),
    reason: shortText(reason, 300),
  });
}
