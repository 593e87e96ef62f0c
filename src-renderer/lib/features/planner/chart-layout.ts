import type { Plan } from '$contract/plan.contract.ts';
import { formatBytes } from '../../format/figures.ts';
import { formatKld, levelName, neededBytes } from './level-words.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** Above there is room for the words of two lines. */
export const margin = { top: 46, right: 16, bottom: 40, left: 52 } as const;
/** Text is set in 12 px: what a character takes at most of the usual faces, 7.2 px in the monospaced, 6.8 px on average in the other. */
const LABEL = { height: 14, charWidth: 7.2, gap: 9 };
const LINE_CHAR_PX = 6.8;
/** A line further right than this many times the largest need says nothing that its words cannot. */
const FAR = 1.8;

export interface ChartPoint {
  /** Of the variant in the plan. */
  readonly index: number;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly isPick: boolean;
  /** Null where every place beside the point is taken. */
  readonly label: { readonly x: number; readonly y: number } | null;
}

interface Line {
  readonly words: string;
  readonly bytes: number;
}

export interface ChartLine {
  readonly words: string;
  readonly x: number;
  /** Where the words begin: left of the line where there is no room on its right. */
  readonly textX: number;
  readonly textY: number;
}

interface Tick {
  readonly at: number;
  readonly words: string;
}

export interface ChartLayout {
  readonly points: readonly ChartPoint[];
  readonly lines: readonly ChartLine[];
  /** Lines that lie off to the right, in words. */
  readonly beyond: readonly string[];
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
}

/** Memory that a model may take: first what is free on the cards, then everything. */
function memoryLines({ machine }: Plan, reserveMib: number): Line[] {
  const left = (bytes: number) => Math.max(0, bytes - reserveMib * MIB);
  const main = left(machine.memory.availableBytes);
  const cards = machine.gpus.filter(({ unified }) => !unified);
  if (cards.length === 0) return [{ words: `${formatBytes(main)} free`, bytes: main }];
  const onCards = cards.reduce((sum, { freeBytes }) => sum + left(freeBytes), 0);
  return [
    { words: `${formatBytes(onCards)} free on the GPU`, bytes: onCards },
    { words: `${formatBytes(onCards + main)} free in all`, bytes: onCards + main },
  ];
}

/** Where everything of the chart stands, in pixels of a drawing of that size. */
export function layOutChart(
  plan: Plan,
  { width, height, reserveMib }: { width: number; height: number; reserveMib: number },
): ChartLayout {
  const known = plan.variants.flatMap((variant, index) => {
    const { meanKld } = variant.quality;
    const bytes = neededBytes(variant);
    return meanKld === null || bytes === 0
      ? []
      : [{ index, name: levelName(variant), bytes, kld: meanKld, isPick: index === plan.pick }];
  });

  const lines = memoryLines(plan, reserveMib);
  const largest = Math.max(1, ...known.map(({ bytes }) => bytes));
  const near = lines.filter(({ bytes }) => bytes <= largest * FAR);
  const rightmost = 1.08 * Math.max(largest, ...near.map(({ bytes }) => bytes));
  const x = (bytes: number) => margin.left + (bytes / rightmost) * (width - margin.left - margin.right);

  const decades = decadesOf(known.map(({ kld }) => kld));
  const hasZero = known.some(({ kld }) => kld === 0);
  // No loss has no logarithm: it stands half a decade above the least loss that has one.
  const top = decades.first - (hasZero ? 0.5 : 0);
  const y = (kld: number) => {
    const place = kld === 0 ? top : Math.log10(kld);
    const share = (place - top) / (decades.last - top);
    return margin.top + share * (height - margin.top - margin.bottom);
  };

  const yTicks = decades.all.map((exponent) => ({
    at: y(10 ** exponent),
    words: exponent >= 0 ? String(10 ** exponent) : (10 ** exponent).toFixed(-exponent),
  }));
  return {
    points: placeLabels(
      known.map((point) => ({ ...point, x: x(point.bytes), y: y(point.kld) })),
      { width, lines: near.map(({ bytes }) => x(bytes)) },
    ),
    lines: near.map(({ words, bytes }, row) => {
      const textWidth = words.length * LINE_CHAR_PX;
      const fitsRight = x(bytes) + 4 + textWidth <= width;
      return {
        words,
        x: x(bytes),
        textX: fitsRight ? x(bytes) + 4 : Math.max(0, x(bytes) - 4 - textWidth),
        textY: 10 + row * LABEL.height,
      };
    }),
    beyond: lines.filter((line) => !near.includes(line)).map(({ words }) => words),
    xTicks: memoryTicks(rightmost, width).map((bytes) => ({
      at: x(bytes),
      words: bytes === 0 ? '0' : formatBytes(bytes),
    })),
    yTicks: hasZero ? [{ at: y(0), words: formatKld(0) }, ...yTicks] : yTicks,
  };
}

/** Powers of ten that take in all losses; at least one whole decade. */
function decadesOf(losses: readonly number[]): { first: number; last: number; all: number[] } {
  const positive = losses.filter((kld) => kld > 0).map(Math.log10);
  const first = positive.length > 0 ? Math.floor(Math.min(...positive)) : -3;
  const last = Math.max(first + 1, positive.length > 0 ? Math.ceil(Math.max(...positive)) : 0);
  return { first, last, all: Array.from({ length: last - first + 1 }, (_, step) => first + step) };
}

/** Round amounts, so many that they do not touch. */
function memoryTicks(rightmost: number, width: number): number[] {
  const unit = rightmost >= GIB ? GIB : MIB;
  const wanted = Math.max(2, Math.floor(width / 110));
  const rough = rightmost / unit / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(rightmost / unit / step) + 1 }, (_, count) => count * step * unit);
}

type Placed = Omit<ChartPoint, 'label'>;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Labels right of, left of, above or below their point; none where all four would touch another label, a point or a
 * line. The pick's comes first and always has a place.
 */
function placeLabels(
  points: readonly Placed[],
  { width, lines }: { width: number; lines: readonly number[] },
): ChartPoint[] {
  const taken: { index: number; box: Box }[] = [
    ...points.map(({ index, x, y }) => ({
      index,
      box: { left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 },
    })),
    ...lines.map((x) => ({ index: -1, box: { left: x - 2, right: x + 2, top: 0, bottom: Infinity } })),
  ];
  const labels = new Map<number, { x: number; y: number }>();
  for (const point of points.toSorted((a, b) => Number(b.isPick) - Number(a.isPick))) {
    const inside = placesFor(point).filter(
      ({ left, right, top }) => left >= margin.left && right <= width && top >= 0,
    );
    const free = inside.find(
      (box) => !taken.some((other) => other.index !== point.index && touch(box, other.box)),
    );
    const box = free ?? (point.isPick ? inside[0] : undefined);
    if (!box) continue;
    taken.push({ index: -1, box });
    labels.set(point.index, { x: box.left, y: box.bottom - 3 });
  }
  return points.map((point) => ({ ...point, label: labels.get(point.index) ?? null }));
}

function placesFor({ name, x, y }: Placed): Box[] {
  const wide = name.length * LABEL.charWidth;
  const { height, gap } = LABEL;
  const at = (left: number, top: number) => ({ left, right: left + wide, top, bottom: top + height });
  return [
    at(x + gap, y - height / 2),
    at(x - gap - wide, y - height / 2),
    at(x - wide / 2, y - gap - height),
    at(x - wide / 2, y + gap),
  ];
}

function touch(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
