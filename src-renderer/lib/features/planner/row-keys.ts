import type { PlanVariant } from '$contract/plan.contract.ts';

/** A key for each row that stays with its file. Two folders may hold files of one name, so the second gets a number. */
export function rowKeys(variants: readonly PlanVariant[]): string[] {
  const seen = new Map<string, number>();
  return variants.map(({ file }) => {
    const count = (seen.get(file) ?? 0) + 1;
    seen.set(file, count);
    return `${file}#${count}`;
  });
}

export interface LevelEntry {
  readonly variant: PlanVariant;
  /** Of the variant in the plan. */
  readonly index: number;
  readonly key: string;
}

/** The larger file first, so that the next better one is above and the next smaller below; what could not be planned comes last. */
export function inOrder(variants: readonly PlanVariant[]): LevelEntry[] {
  const keys = rowKeys(variants);
  const entries = variants.map((variant, index) => ({ variant, index, key: keys[index] ?? '' }));
  return entries.toSorted(
    (a, b) =>
      Number(isPlanned(b.variant)) - Number(isPlanned(a.variant)) ||
      b.variant.sizeBytes - a.variant.sizeBytes,
  );
}

/** Of a file that could not be read, or whose memory is not known, no device is told. */
export function isPlanned({ memory }: PlanVariant): boolean {
  return memory.devices.length > 0;
}
