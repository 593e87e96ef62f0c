import { safeLink } from './link.ts';

/** A stretch of a line: plain text, code between backticks, strong text between double asterisks, or a link. */
export type Span =
  | { readonly kind: 'text' | 'code' | 'strong'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: URL };

// Bounded lengths keep the search linear on text that only looks like markup.
const MARKED = /`([^`\n]{1,500})`|\*\*([^*\n]{1,500})\*\*/g;
const MARKED_OR_LINK =
  /`([^`\n]{1,500})`|\*\*([^*\n]{1,500})\*\*|\[([^[\]\n]{1,300})\]\(([^()\s]{1,2048})\)|(https:\/\/[^\s<>()[\]"'`*|]{1,2048})/g;

/** With `links`, addresses and `[text](address)` become links where the address is a plain one. */
export function parseInline(source: string, { links = false } = {}): Span[] {
  const spans: Span[] = [];
  let end = 0;
  for (const match of source.matchAll(links ? MARKED_OR_LINK : MARKED)) {
    const span = spanOf(match);
    if (!span) continue;
    if (match.index > end) spans.push({ kind: 'text', text: source.slice(end, match.index) });
    spans.push(span);
    end = match.index + match[0].length - (span.kind === 'link' ? unused(match, span.text) : 0);
  }
  if (end < source.length) spans.push({ kind: 'text', text: source.slice(end) });
  return spans;
}

function spanOf([, code, strong, label, address, bare]: RegExpExecArray): Span | null {
  if (code !== undefined) return { kind: 'code', text: code };
  if (strong !== undefined) return { kind: 'strong', text: strong };
  // What ends the sentence does not belong to the address.
  const text = label ?? bare?.replace(/[.,;:!?]+$/, '') ?? '';
  const url = safeLink(address ?? text);
  return url && { kind: 'link', text, url };
}

/** Characters at the end of a bare address that are left to the text. */
function unused([, , , , , bare]: RegExpExecArray, text: string): number {
  return bare === undefined ? 0 : bare.length - text.length;
}
