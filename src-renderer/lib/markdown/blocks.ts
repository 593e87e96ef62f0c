/**
 * The small part of Markdown that keeps an answer readable: fenced code, headings, lists, tables, paragraphs.
 * Everything else, HTML included, stays the text it is.
 */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | CodeBlock
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | {
      readonly kind: 'list';
      readonly ordered: boolean;
      readonly start: number;
      readonly items: readonly string[];
    };

export interface CodeBlock {
  readonly kind: 'code';
  /** What stands behind the opening fence, usually a language. */
  readonly language: string;
  readonly text: string;
}

/** A block and where its source begins; the last one of a text may still grow. */
export interface PlacedBlock {
  readonly start: number;
  readonly block: Block;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})([^`]*)$/;
const HEADING = /^ {0,3}#{1,6}\s+(.*)$/s;
const TABLE_RULE = /^ {0,3}\|(?:\s*:?-+:?\s*\|)+\s*$/;
/** Rows of a table that is longer are text, so that no model can fill the page with cells. */
const LONGEST_TABLE = 500;
const ITEM = /^ {0,3}(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/s;

interface Line {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Where to parse from when something is added at the end of `source`. Only the last block can change, unless it
 * is a fence whose first line is not over: a backtick in it would make it text of the block before.
 */
export function reparseFrom(source: string, placed: readonly PlacedBlock[]): number {
  const last = placed.at(-1);
  if (!last) return 0;
  const mayMerge = last.block.kind === 'code' && !source.includes('\n', last.start);
  return ((mayMerge && placed.at(-2)) || last).start;
}

/** Parses `source` from `from` on, which has to be the start of a block. */
export function parseBlocks(source: string, from = 0): PlacedBlock[] {
  const lines = linesOf(source, from);
  const placed: PlacedBlock[] = [];
  let index = 0;
  while (index < lines.length) {
    const line = lines[index] as Line;
    if (line.text.trim() === '') {
      index += 1;
      continue;
    }
    const [block, next] = takeBlock(source, lines, index);
    placed.push({ start: line.start, block });
    index = next;
  }
  return placed;
}

function takeBlock(source: string, lines: readonly Line[], index: number): [Block, number] {
  const first = lines[index] as Line;
  const fence = FENCE.exec(first.text);
  if (fence) return takeCode(source, lines, index, fence[1] ?? '', (fence[2] ?? '').trim());
  const heading = HEADING.exec(first.text);
  if (heading) return [{ kind: 'heading', text: heading[1] ?? '' }, index + 1];
  const item = ITEM.exec(first.text);
  if (item) return takeList(lines, index, item[1]);
  const table = takeTable(lines, index);
  if (table) return table;
  let end = index + 1;
  while (end < lines.length && !startsBlock((lines[end] as Line).text)) end += 1;
  const last = lines[end - 1] as Line;
  return [{ kind: 'paragraph', text: source.slice(first.start, last.end) }, end];
}

/** An unclosed fence reaches to the end of the text, as it does while an answer is being written. */
function takeCode(
  source: string,
  lines: readonly Line[],
  index: number,
  fence: string,
  language: string,
): [Block, number] {
  const closes = (text: string) => {
    const trimmed = text.trim();
    return trimmed.length >= fence.length && trimmed === fence.charAt(0).repeat(trimmed.length);
  };
  let end = index + 1;
  while (end < lines.length && !closes((lines[end] as Line).text)) end += 1;
  const first = lines[index + 1];
  const last = lines[end - 1];
  const text = first && last && end > index + 1 ? source.slice(first.start, last.end) : '';
  return [{ kind: 'code', language, text }, end + 1];
}

/** Lines that are no item belong to the item above; a blank line or another kind of block ends the list. */
function takeList(lines: readonly Line[], index: number, number: string | undefined): [Block, number] {
  const ordered = number !== undefined;
  const items: string[] = [];
  let end = index;
  for (; end < lines.length; end += 1) {
    const { text } = lines[end] as Line;
    const item = ITEM.exec(text);
    if (item && (item[1] !== undefined) === ordered) items.push(item[2] ?? '');
    else if (items.length > 0 && !item && !startsBlock(text)) items.push(`${items.pop()}\n${text.trim()}`);
    else break;
  }
  return [{ kind: 'list', ordered, start: Number(number ?? 1), items }, end];
}

/** A row of heads, a rule of dashes, then rows; all of them begin with a bar. */
function takeTable(lines: readonly Line[], index: number): [Block, number] | null {
  const isRow = (line: Line | undefined) => line?.text.trimStart().startsWith('|') === true;
  const head = lines[index];
  if (!head || !isRow(head) || !TABLE_RULE.test(lines[index + 1]?.text ?? '')) return null;
  let end = index + 2;
  while (end < lines.length && end - index < LONGEST_TABLE && isRow(lines[end])) end += 1;
  const rows = lines.slice(index + 2, end).map((line) => cellsOf(line.text));
  return [{ kind: 'table', head: cellsOf(head.text), rows }, end];
}

function cellsOf(row: string): string[] {
  const inner = row.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split('|').map((cell) => cell.trim());
}

function startsBlock(text: string): boolean {
  return text.trim() === '' || FENCE.test(text) || HEADING.test(text) || ITEM.test(text);
}

function linesOf(source: string, from: number): Line[] {
  const lines: Line[] = [];
  for (let start = from; start < source.length;) {
    const newline = source.indexOf('\n', start);
    const end = newline === -1 ? source.length : newline;
    lines.push({ text: source.slice(start, end), start, end });
    start = end + 1;
  }
  return lines;
}
