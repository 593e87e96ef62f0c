import { problemError, type ProblemError } from '../../contract/problem.ts';
import type { EgressResponse } from './egress/egress-response.ts';
import { endpointUrl } from './endpoint.ts';

/** What was asked for, for the words of a refusal. */
export interface Asked {
  endpoint: URL;
  /** `owner/name`; null where no single one was asked about. */
  repository: string | null;
  /** A file of it; not when the repository itself was asked for. */
  path?: string;
  /** As the repository's page said it, where that is known. */
  isGated?: boolean;
  hasToken: boolean;
}

/**
 * The problem that a status other than the expected one stands for. The Hub tells missing, private and gated apart in
 * `X-Error-Code`; a missing repository and a private one are both 401 to those who may not know the difference.
 */
export function refusal(response: EgressResponse, asked: Asked): ProblemError {
  const { status, host } = response;
  const { repository } = asked;
  const code = response.header('x-error-code');
  if (status === 429) return tooManyRequests(response);
  if (status >= 500)
    return problemError('hub.unreachable', { host, reason: `it has trouble of its own (${status})` });
  if (repository === null) return unanswered(response, asked);
  const one = { ...asked, repository };
  if (code === 'GatedRepo' || ((status === 401 || status === 403) && isBarred(status, one)))
    return gated(one);
  if (asked.path !== undefined && (code === 'EntryNotFound' || (status === 404 && code !== 'RepoNotFound'))) {
    return problemError('hub.fileGone', { path: asked.path, host });
  }
  if (status === 401 || status === 403 || status === 404)
    return problemError('hub.notFound', { repository, host });
  return problemError('hub.badAnswer', { host, reason: `it answered with status ${status}` });
}

/** A token is looked at before the question is. */
function unanswered({ status, host }: EgressResponse, { hasToken }: Asked): ProblemError {
  if (status === 401 && hasToken) return problemError('hub.badToken', { host });
  return problemError('hub.badAnswer', { host, reason: `it answered with status ${status}` });
}

/** A repository whose page could be read exists; one that forbids instead of asking who we are does too. */
function isBarred(status: number, { path, isGated = false }: Asked): boolean {
  return isGated || path !== undefined || status === 403;
}

function gated({ endpoint, repository, hasToken }: Asked & { repository: string }): ProblemError {
  const reason = hasToken
    ? 'The token that is set may not read them'
    : 'Their owner wants to know who reads them, and no token is set';
  return problemError('hub.gated', { repository, reason, page: endpointUrl(endpoint, repository).href });
}

function tooManyRequests(response: EgressResponse): ProblemError {
  const seconds = waitSeconds(response.header('retry-after'), response.header('ratelimit'));
  const wait =
    seconds === null
      ? 'in a few minutes'
      : seconds < 90
        ? `in ${seconds} seconds`
        : `in ${Math.ceil(seconds / 60)} minutes`;
  return problemError('hub.tooManyRequests', { host: response.host, wait });
}

/** A day: what a server may ask for before it is not believed. */
const MAX_WAIT_SECONDS = 86_400;

/** `Retry-After` as seconds or a date; else the `t` of `RateLimit: "api";r=0;t=55`, which is what the Hub sends. */
export function waitSeconds(
  retryAfter: string | null,
  rateLimit: string | null,
  nowMs = Date.now(),
): number | null {
  const given = /^\d+$/.test(retryAfter ?? '')
    ? Number(retryAfter)
    : (Date.parse(retryAfter ?? '') - nowMs) / 1000;
  const limit = /;\s*t=(\d+)/.exec(rateLimit ?? '')?.[1];
  const seconds = Number.isFinite(given) ? given : Number(limit ?? NaN);
  return seconds >= 0 && seconds <= MAX_WAIT_SECONDS ? Math.max(1, Math.ceil(seconds)) : null;
}
