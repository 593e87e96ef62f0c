/** `GET /api/models` as the Hub answers it: filters, order, pages by a cursor, and the fields that `expand` names. */
import type { ServerResponse } from 'node:http';
import type { HubRepositoryFixture } from './hub-server.ts';
import { sendJson } from './wire.ts';

/** What a list and a repository's page tell of how it is liked. */
export interface ListedFigures {
  downloads?: number;
  likes?: number;
  trendingScore?: number;
  lastModified?: string;
  baseModel?: string;
  /** Of one of its files, as the Hub read it. */
  gguf?: { total: number; architecture: string; context_length: number; chat_template?: string };
}

const MAX_LIMIT = 1000;

/** What the Hub adds to an entry whether asked for it or not. */
export function figuresOf({
  id,
  gated,
  licence,
  figures = {},
}: HubRepositoryFixture): Record<string, unknown> {
  const { baseModel, ...told } = figures;
  return {
    _id: '65c0e0a24913fc50b7ba14d2',
    id,
    modelId: id,
    author: id.split('/')[0],
    private: false,
    gated: gated ?? false,
    downloads: 12_345,
    likes: 67,
    lastModified: '2026-10-01T12:00:00.000Z',
    pipeline_tag: 'text-generation',
    tags: [
      'gguf',
      'endpoints_compatible',
      ...(licence ? [`license:${licence}`] : []),
      ...(baseModel ? [`base_model:${baseModel}`, `base_model:quantized:${baseModel}`] : []),
    ],
    ...told,
  };
}

const always = ['_id', 'id', 'modelId'];
/** Without `expand`. */
const usual = ['private', 'downloads', 'likes', 'tags', 'pipeline_tag', 'createdAt'];
const sortable = ['downloads', 'likes', 'lastModified', 'trendingScore', 'createdAt'];

export function sendList(
  repositories: readonly HubRepositoryFixture[],
  url: URL,
  origin: string,
  response: ServerResponse,
): void {
  const { searchParams: query } = url;
  const sort = query.get('sort') ?? 'trendingScore';
  const limit = Number(query.get('limit') ?? MAX_LIMIT);
  const cursor = query.get('cursor');
  const start = cursor === null ? 0 : startOf(cursor);
  if (!sortable.includes(sort) || !(limit >= 1) || start === null) {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: '✖ Invalid option' }));
    return;
  }
  const matching = repositories
    .filter((repository) => matches(repository, query))
    .map((repository) => figuresOf(repository))
    .toSorted((a, b) => compare(b[sort], a[sort]));
  const page = matching.slice(start, start + Math.min(limit, MAX_LIMIT));
  const expand = [...query.getAll('expand'), ...query.getAll('expand[]')];
  const kept = [...always, ...(expand.length > 0 ? expand : usual)];
  const end = start + page.length;
  if (end < matching.length) {
    const next = new URL(`${url.pathname}${url.search}`, origin);
    next.searchParams.set('cursor', Buffer.from(JSON.stringify({ $gt: end })).toString('base64'));
    response.setHeader('link', `<${next.href}>; rel="next"`);
  }
  sendJson(
    response,
    page.map((entry) => Object.fromEntries(kept.flatMap((key) => (key in entry ? [[key, entry[key]]] : [])))),
  );
}

/** All words of the search stand in the name, all filters are among the tags. */
function matches(repository: HubRepositoryFixture, query: URLSearchParams): boolean {
  if (repository.renamedTo !== undefined || repository.isPrivate) return false;
  const words = (query.get('search') ?? '').toLowerCase().split(/\s+/);
  const { tags } = figuresOf(repository) as { tags: string[] };
  const author = query.get('author');
  return (
    words.every((word) => repository.id.toLowerCase().includes(word)) &&
    query.getAll('filter').every((tag) => tags.includes(tag)) &&
    (author === null || repository.id.startsWith(`${author}/`))
  );
}

function startOf(cursor: string): number | null {
  try {
    const { $gt: start } = JSON.parse(Buffer.from(cursor, 'base64').toString()) as { $gt: number };
    return Number.isInteger(start) ? start : null;
  } catch {
    return null;
  }
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return a.localeCompare(b);
  return Number(a ?? 0) - Number(b ?? 0);
}
