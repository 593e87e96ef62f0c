/**
 * A text in Markdown with the HTML that its author put between taken out: cards of repositories are full of it, and the
 * window shows none. What can be said in Markdown is kept (links, line breaks, headings); images become their words.
 * Nothing in here makes anything safe: what comes out is text like any other.
 */
export function withoutHtml(markdown: string): string {
  let isCode = false;
  // Whole stretches between fences, so that tags over several lines are found.
  const parts: string[] = [];
  let prose: string[] = [];
  const flush = () => {
    if (prose.length > 0) parts.push(cleanProse(prose.join('\n')));
    prose = [];
  };
  for (const line of markdown.split('\n')) {
    const isFence = /^ {0,3}(?:`{3,}|~{3,})/.test(line);
    if (isFence && !isCode) flush();
    if (isFence || isCode) parts.push(line);
    else prose.push(line);
    if (isFence) isCode = !isCode;
  }
  flush();
  return parts.join('\n');
}

// Bounded lengths keep every search linear.
const IMAGE = /!\[([^\]\n]{0,300})\]\([^()\n]{0,2048}\)/g;
const IMG_TAG = /<img\b[^<>]{0,2048}>/gi;
const ANCHOR =
  /<a\b[^<>]{0,1000}?href\s{0,5}=\s{0,5}["']([^"'<>]{1,1000})["'][^<>]{0,1000}>([^<>]{0,500})<\/a>/gi;
const BREAK = /<br\b[^<>]{0,20}>/gi;
const HEADING = /<h([1-6])\b[^<>]{0,500}>([^<>]{0,500})<\/h\1>/gi;
const BLOCK_TAG = /<\/?(?:p|div|center|table|tr|ul|ol|details|summary|section|hr)\b[^<>]{0,1000}>/gi;
const TAG = /<\/?[a-z][a-z\d-]{0,20}(?:\s[^<>]{0,2000})?\/?>/gi;

const entities: Readonly<Record<string, string>> = {
  '&nbsp;': ' ',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

function cleanProse(text: string): string {
  return text
    .replace(IMG_TAG, (tag) => /\balt\s*=\s*["']([^"']{0,300})["']/i.exec(tag)?.[1] ?? '')
    .replace(IMAGE, '$1')
    .replace(BREAK, '\n')
    .replace(ANCHOR, (_, address: string, words: string) =>
      words.trim() === '' ? '' : `[${words.replaceAll(/[[\]\n]+/g, ' ').trim()}](${address})`,
    )
    .replace(HEADING, (_, level: string, words: string) => `\n${'#'.repeat(Number(level))} ${words.trim()}\n`)
    .replace(BLOCK_TAG, '\n')
    .replace(TAG, '')
    .replace(/&(?:nbsp|lt|gt|quot|#39|amp);/g, (entity) => entities[entity] ?? entity)
    .replace(/^[ \t]*\[\s*\]\([^()\n]{0,2048}\)[ \t]*$/gm, '')
    .replace(/^ {4,}(?=\S)/gm, '')
    .replace(/\n{3,}/g, '\n\n');
}
