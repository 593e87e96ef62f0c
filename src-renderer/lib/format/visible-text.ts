/**
 * Characters that change how text looks without being seen: bidirectional overrides and isolates, zero-width
 * characters, Unicode tags, and control characters. ZWNJ and ZWJ (200C, 200D) stay: scripts and emoji need them.
 */
const HIDDEN =
  // eslint-disable-next-line no-control-regex -- finding control characters is what it is for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;

const LINE_BREAKS = /[\t\n\r\u2028\u2029]+/g;

/** Text from outside with every hidden character shown as `⟨U+202E⟩`, so that what is read is what is there. */
export function showHidden(text: string): string {
  return text.replace(HIDDEN, (char) => {
    const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `⟨U+${code}⟩`;
  });
}

/** One line for titles and names from outside: hidden characters left out, line breaks as spaces. */
export function plainName(text: string): string {
  return text.replace(LINE_BREAKS, ' ').replace(HIDDEN, '').trim();
}
