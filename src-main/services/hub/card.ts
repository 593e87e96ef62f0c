import { ask } from './ask.ts';
import type { Egress } from './egress/egress.ts';
import { resolvePath } from './endpoint.ts';

export interface Card {
  text: string;
  isCut: boolean;
}

/** Cards of real repositories have 5 to 60 kB. */
const MAX_CARD_BYTES = 4 * 1024 * 1024;
/** What the window gets of it: some 40 pages. */
const MAX_CARD_LENGTH = 120_000;

/** A repository's README.md at a commit. Throws `hub.…` problems. */
export async function readCard(
  egress: Egress,
  { repository, commit, isGated }: { repository: string; commit: string; isGated: boolean },
  signal?: AbortSignal,
): Promise<Card> {
  const response = await ask(egress, {
    path: resolvePath(repository, commit, 'README.md'),
    accept: 'text/markdown, text/plain',
    maxBytes: MAX_CARD_BYTES,
    repository,
    filePath: 'README.md',
    isGated,
    signal,
  });
  return cardOf((await response.bytes()).toString('utf8'));
}

/** The text a person reads: without the front matter, which is for the Hub, and without comments. */
export function cardOf(readme: string): Card {
  const lines = readme.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  const text = withoutComments(withoutFrontMatter(lines)).trim();
  const isCut = text.length > MAX_CARD_LENGTH;
  return { text: isCut ? text.slice(0, MAX_CARD_LENGTH).toWellFormed() : text, isCut };
}

function withoutFrontMatter(text: string): string {
  if (!/^---[ \t]*\n/.test(text)) return text;
  const end = /\n---[ \t]*(?:\n|$)/.exec(text);
  return end ? text.slice(end.index + end[0].length) : text;
}

/** By searching rather than by a pattern, which would try every opening against every end. */
function withoutComments(text: string): string {
  const kept: string[] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf('<!--', at);
    const end = start === -1 ? -1 : text.indexOf('-->', start);
    if (end === -1) return [...kept, text.slice(at)].join('');
    kept.push(text.slice(at, start));
    at = end + '-->'.length;
  }
}
