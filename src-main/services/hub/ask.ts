import type { z } from 'zod';
import { problemError } from '../../contract/problem.ts';
import type { Egress } from './egress/egress.ts';
import type { EgressResponse } from './egress/egress-response.ts';
import { endpointUrl } from './endpoint.ts';
import { refusal } from './refusals.ts';

export interface Question {
  /** Below the endpoint, with its query. */
  path: string;
  accept: string;
  /** More is an answer that cannot be used. */
  maxBytes: number;
  /** `owner/name`, where one repository is asked about. */
  repository?: string;
  /** Of a file that is asked for. */
  filePath?: string;
  isGated?: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * One answer of the Hub's interface, its body still to be read. Follows one redirect within the endpoint: what a renamed
 * repository and small files answer. Throws `hub.…` problems.
 */
export async function ask(egress: Egress, question: Question): Promise<EgressResponse> {
  const { endpoint, hasToken } = egress;
  const { path, accept, maxBytes, signal } = question;
  const request = { headers: { accept }, maxBytes, signal };
  let response = await egress.get(endpointUrl(endpoint, path), request);
  const elsewhere = sameOriginRedirect(response, endpoint);
  if (elsewhere) {
    await response.skip();
    response = await egress.get(elsewhere, request);
  }
  if (response.status === 200) return response;
  response.discard();
  const { repository = null, filePath, isGated } = question;
  throw refusal(response, {
    endpoint,
    repository,
    hasToken,
    ...(filePath !== undefined && { path: filePath }),
    ...(isGated !== undefined && { isGated }),
  });
}

export interface Answer<Schema extends z.ZodType> {
  value: z.output<Schema>;
  response: EgressResponse;
}

/** The same, read as JSON of a shape. */
export async function askJson<Schema extends z.ZodType>(
  egress: Egress,
  question: Omit<Question, 'accept'>,
  schema: Schema,
): Promise<Answer<Schema>> {
  const response = await ask(egress, { ...question, accept: 'application/json' });
  const parsed = schema.safeParse(parseJson((await response.bytes()).toString('utf8')));
  if (!parsed.success) {
    const about = question.repository === undefined ? 'a search' : 'a question for a repository';
    throw badAnswer(egress, `it is not what the Hub answers to ${about}`);
  }
  return { value: parsed.data, response };
}

export function badAnswer({ endpoint }: Egress, reason: string): Error {
  return problemError('hub.badAnswer', { host: endpoint.host, reason });
}

/** Only the cursor is taken from the server's `Link: <…>; rel="next"`; where to ask stays our own choice. */
export function nextCursor({ endpoint }: Egress, response: EgressResponse): string | null {
  const next = /<([^>]+)>;\s*rel="next"/.exec(response.header('link') ?? '')?.[1];
  if (next === undefined || !URL.canParse(next, endpoint.href)) return null;
  return new URL(next, endpoint).searchParams.get('cursor');
}

/** Where a renamed repository is found now. */
function sameOriginRedirect(response: EgressResponse, endpoint: URL): URL | null {
  const location = response.header('location');
  if (response.status < 300 || response.status >= 400 || location === null) return null;
  if (!URL.canParse(location, endpoint.href)) return null;
  const url = new URL(location, endpoint);
  return url.origin === endpoint.origin ? url : null;
}

/** Undefined, which no schema takes, for what is not JSON: a web page, most often. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
