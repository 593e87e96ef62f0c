import { z } from 'zod';
import type { FoundRepository, SearchPage, SearchSort } from '../../contract/discover.contract.ts';
import { isRepositoryId } from '../../contract/hub-reference.ts';
import { askJson, nextCursor } from './ask.ts';
import type { Egress } from './egress/egress.ts';
import { popularityOf, popularityShape } from './popularity.ts';

export interface SearchQuestion {
  words: string;
  sort: SearchSort;
  limit: number;
  cursor?: string | undefined;
}

/** A hundred entries, each with the chat template of a model, which `gguf` brings along. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

/** As the Hub calls them; it sorts downwards only. */
const sortKeys: Record<SearchSort, string> = {
  trend: 'trendingScore',
  downloads: 'downloads',
  date: 'lastModified',
};

/** What an answer should bring of each repository; without it the Hub sends the tags and little else. */
const wanted = ['downloads', 'likes', 'lastModified', 'gated', 'tags', 'gguf'];

const entrySchema = z.object({ id: z.string(), ...popularityShape });

/**
 * Repositories with GGUF files, one page. `listModels` of `@huggingface/hub` hands out all pages as one list, of 500
 * entries each or cut at its limit, without the cursor of the next page nor the size of a model: no page can be turned with it.
 * Throws `hub.unreachable`, `hub.badAnswer`, `hub.badToken` or `hub.tooManyRequests`.
 */
export async function searchHub(
  egress: Egress,
  { words, sort, limit, cursor }: SearchQuestion,
  signal?: AbortSignal,
): Promise<SearchPage> {
  const query = new URLSearchParams({ filter: 'gguf', sort: sortKeys[sort], limit: String(limit) });
  if (words.trim() !== '') query.set('search', words.trim());
  for (const field of wanted) query.append('expand', field);
  if (cursor !== undefined) query.set('cursor', cursor);
  const question = { path: `api/models?${query.toString()}`, maxBytes: MAX_PAGE_BYTES, signal };
  const { value, response } = await askJson(egress, question, z.array(z.unknown()));
  const found = new Map(value.slice(0, limit).flatMap((entry) => readEntry(entry)));
  return { found: [...found.values()], next: value.length === 0 ? null : nextCursor(egress, response) };
}

/** Nothing for an entry that makes no sense: it hides none of the others. One that is listed twice is shown once. */
function readEntry(entry: unknown): [string, FoundRepository][] {
  const read = entrySchema.safeParse(entry);
  if (!read.success || !isRepositoryId(read.data.id)) return [];
  const { id: repository, ...told } = read.data;
  return [[repository, { repository, ...popularityOf(told) }]];
}
