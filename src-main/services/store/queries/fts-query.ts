const MAX_QUERY_CHARS = 1000;
const MAX_TERMS = 32;
/** A quoted phrase (its closing quote may not be typed yet) or a word. */
const term = /"(?<phrase>[^"]*)"?|(?<word>[^\s"]+)/g;
/** What the tokenizer makes words of; a term without any would match nothing. */
const tokenCharacter = /[\p{L}\p{N}\p{Co}]/u;

/**
 * What a person typed, as an FTS5 query: all terms must occur, "quoted words" next to each other, the last word may be
 * unfinished. Every term is quoted, so operators and punctuation are only text. Null when there is nothing to find.
 */
export function toFtsQuery(input: string): string | null {
  // FTS5 ends its query at a NUL and a lone surrogate is no UTF-8.
  const text = input.toWellFormed().replaceAll('\0', ' ').slice(0, MAX_QUERY_CHARS);
  const terms = [...text.matchAll(term)]
    .map(({ groups, index, 0: raw }) => ({
      text: groups?.phrase ?? groups?.word ?? '',
      isPrefix: groups?.word !== undefined && index + raw.length === text.length,
    }))
    .filter((found) => tokenCharacter.test(found.text))
    .slice(0, MAX_TERMS);
  if (terms.length === 0) return null;
  return terms.map((found) => `"${found.text}"${found.isPrefix ? '*' : ''}`).join(' AND ');
}
