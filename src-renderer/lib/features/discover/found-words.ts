import type { FoundRepository } from '$contract/discover.contract.ts';
import { counted, formatBytes, formatCount, formatParameters } from '../../format/figures.ts';

/** Q4_K_M of a model of usual shape, in bits per weight. */
const USUAL_BITS = 4.85;

const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat('en', { year: 'numeric', month: 'short', day: 'numeric' });

/** `1.2 M`, `98.8 k`, `850` */
export function compactCount(count: number): string {
  if (count >= 999_950) return `${oneDigit.format(count / 1e6)} M`;
  return count >= 1000 ? `${oneDigit.format(count / 1000)} k` : String(count);
}

/** `Oct 12, 2026`, which no line break takes apart. */
export function dayOf(milliseconds: number): string {
  return day.format(milliseconds).replaceAll(' ', '\u00A0');
}

/** What is known of a repository beside its name, in the order of a row. */
export function factsOf(found: FoundRepository): string[] {
  const { parameters, architecture, trainedContext, licence, downloads, likes, updatedAt } = found;
  return [
    parameters === null ? null : `${formatParameters(parameters)} parameters`,
    architecture,
    trainedContext === null ? null : `up to ${formatCount(trainedContext)} tokens of context`,
    licence,
    downloads === null ? null : `${compactCount(downloads)} downloads last month`,
    likes === null ? null : counted(likes, 'like'),
    updatedAt === null ? null : `changed ${dayOf(updatedAt)}`,
  ].filter((fact) => fact !== null);
}

/** `A Q4_K_M of it takes about 4.6 GiB`, from the parameters alone: it may hold none. */
export function usualSize({ parameters }: FoundRepository): string | null {
  return parameters === null
    ? null
    : `A Q4_K_M of it takes about ${formatBytes((parameters * USUAL_BITS) / 8)}`;
}
