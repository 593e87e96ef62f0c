import { parseContentRange } from './content-range.ts';

/** What is known of the file from earlier answers. */
export interface Identity {
  sizeBytes: number | null;
  /** Of the storage at its present address; it is not the checksum. */
  etag: string | null;
}

export interface Asked {
  start: number;
  /** The last byte asked for, as HTTP counts; null where the whole file was. */
  last: number | null;
}

/** The head of an answer, as far as it matters here. */
export interface AnswerHead {
  status: number;
  contentRange: string | null;
  contentLength: string | null;
  contentType: string | null;
  contentEncoding: string | null;
  etag: string | null;
}

export type Verdict =
  /** Exactly the bytes that were asked for follow. */
  | { kind: 'part'; totalBytes: number; etag: string | null }
  /** The whole file follows, from its first byte on. */
  | { kind: 'whole'; sizeBytes: number | null; etag: string | null }
  | { kind: 'elsewhere' }
  /** The address has expired, or knows less of the file than we do: ask anew where it is. */
  | { kind: 'askAgain'; reason: string }
  | { kind: 'changed'; reason: string }
  /** The server cannot now; it may say until when. */
  | { kind: 'later'; reason: string }
  | { kind: 'refused' }
  | { kind: 'unusable'; reason: string };

/**
 * What an answer to a range request is good for. Bytes are taken from a 206 with exactly the range that was asked for,
 * of the size and the ETag that the file had before, and from nothing else; a 200 is the beginning of the file,
 * whatever was asked for.
 */
export function judgeAnswer(asked: Asked, answer: AnswerHead, known: Identity): Verdict {
  const { status, contentType, contentEncoding } = answer;
  if (status >= 300 && status < 400) return { kind: 'elsewhere' };
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const reason = status === 429 ? 'it was asked too often' : `it has trouble of its own (${status})`;
    return { kind: 'later', reason };
  }
  if (status === 416) return { kind: 'askAgain', reason: 'it says that the file is shorter' };
  if ([400, 401, 403, 404, 410].includes(status)) return { kind: 'refused' };
  if (status !== 200 && status !== 206) return unusable(`it answered with status ${status}`);
  if (/^\s*(?:text\/html|application\/xhtml)/i.test(contentType ?? ''))
    return unusable('it sent a web page instead of the file');
  if (contentEncoding !== null && contentEncoding !== 'identity')
    return unusable('it packed the file, so the place of its bytes cannot be checked');
  return status === 206 ? judgePart(asked, answer, known) : judgeWhole(answer, known);
}

function judgePart({ start, last }: Asked, { contentRange, etag }: AnswerHead, known: Identity): Verdict {
  const range = parseContentRange(contentRange);
  if (!range) return unusable('it does not say which part of the file it sent');
  if (known.sizeBytes !== null && range.total !== known.sizeBytes) return changed('Its size is another now');
  if (isOther(etag, known)) return changed('Another file has its place');
  if (range.start !== start || (last !== null && range.last !== last) || range.last >= range.total)
    return unusable('it sent another part of the file than it was asked for');
  return { kind: 'part', totalBytes: range.total, etag };
}

function judgeWhole({ contentLength, etag }: AnswerHead, known: Identity): Verdict {
  const sizeBytes = /^\d{1,15}$/.test(contentLength ?? '') ? Number(contentLength) : null;
  if (isOther(etag, known)) return changed('Another file has its place');
  if (sizeBytes !== null && known.sizeBytes !== null && sizeBytes !== known.sizeBytes)
    return changed('Its size is another now');
  return { kind: 'whole', sizeBytes: sizeBytes ?? known.sizeBytes, etag };
}

/** A server that names no ETag says nothing against it. */
function isOther(etag: string | null, known: Identity): boolean {
  return etag !== null && known.etag !== null && etag !== known.etag;
}

const unusable = (reason: string): Verdict => ({ kind: 'unusable', reason });
const changed = (reason: string): Verdict => ({ kind: 'changed', reason });
