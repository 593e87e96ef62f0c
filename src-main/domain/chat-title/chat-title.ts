const MAX_TITLE_CHARS = 60;
/** A first sentence shorter than this is a greeting more often than a subject: the next one joins it. */
const MIN_SENTENCE_CHARS = 15;
/** Nothing beyond this much of a question is looked at: a pasted book costs no more than a sentence. */
const MAX_LOOKED_AT_CHARS = 2000;
const UNTITLED = 'New chat';

/** Markdown whose marks say nothing in a title, with what remains of it. In this order. */
const markup: readonly (readonly [RegExp, string])[] = [
  [/^[ \t]*(?:```|~~~).*$/gm, ''],
  [/!?\[([^\]\n]*)\]\([^)\n]*\)/g, '$1'],
  [/^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d{1,9}[.)][ \t]+)+/gm, ''],
  [/(`+)([^`\n]+)\1/g, '$2'],
  // Not inside words: 2*3*4 and snake_case_names keep their marks.
  [/(?<![\p{L}\p{N}])(\*{1,3}|_{1,2}|~~)(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/gu, '$2'],
];

/** Line breaks and other controls, zero-width spaces, and the marks that turn the direction of text around. */
const unseen = /[\p{Cc}\s\u200b\u202a-\u202e\u2066-\u2069\ufeff]+/gu;
/** A sentence ends at its mark when white space follows: not inside `3.5` or `example.com`. */
const sentence = /.+?(?:[.!?…]+(?=\s|$)|[。！？]+|$)\s*/gu;
const visible = /[\p{L}\p{N}\p{S}\p{P}]/u;

/**
 * A title from the first question: its first sentence, or first line if that is shorter, without markdown, at most
 * 60 characters, cut between words. Never empty.
 */
export function chatTitle(question: string): string {
  const text = stripMarkup(question.slice(0, MAX_LOOKED_AT_CHARS).toWellFormed());
  const line = text.split(/[\n\r\u2028\u2029]/).find((candidate) => visible.test(candidate)) ?? '';
  const title = shorten(firstSentence(line.replaceAll(unseen, ' ').trim()).replace(/[.。:,;\s]+$/u, ''));
  return visible.test(title) ? title : UNTITLED;
}

function stripMarkup(text: string): string {
  return markup.reduce((rest, [pattern, replacement]) => rest.replaceAll(pattern, replacement), text);
}

function firstSentence(line: string): string {
  let text = '';
  for (const [next] of line.matchAll(sentence)) {
    text += next;
    if (text.length >= MIN_SENTENCE_CHARS) break;
  }
  return text.trim();
}

/** Cuts at the last space that leaves room for the ellipsis, or, in a text without spaces, between characters. */
function shorten(text: string): string {
  if (text.length <= MAX_TITLE_CHARS) return text;
  let head = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (head.length + segment.length >= MAX_TITLE_CHARS) break;
    head += segment;
  }
  const space = head.lastIndexOf(' ');
  const isBetweenWords = text.charAt(head.length) === ' ';
  const kept = !isBetweenWords && space > head.length / 2 ? head.slice(0, space) : head;
  const trimmed = kept.replace(/[\s,;:.–—-]+$/u, '');
  return trimmed === '' ? '' : `${trimmed}…`;
}
