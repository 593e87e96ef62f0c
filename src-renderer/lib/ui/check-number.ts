export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  /** What an empty field stands for; without it the field may not be empty. */
  readonly emptyMeans?: string;
}

export type CheckedNumber =
  { readonly value: number | null; readonly error: null } | { readonly error: string };

/** Reads what a person typed. A decimal comma is understood as a point. */
export function checkNumber(typed: string, range: NumberRange): CheckedNumber {
  const text = typed.trim().replace(',', '.');
  if (text === '' && range.emptyMeans !== undefined) return { value: null, error: null };
  const value = Number(text);
  const fits = text !== '' && value >= range.min && value <= range.max;
  if (!fits || (range.whole && !Number.isInteger(value))) {
    const kind = range.whole ? 'a whole number' : 'a number';
    return { error: `Enter ${kind} from ${range.min} to ${range.max}.` };
  }
  return { value, error: null };
}
