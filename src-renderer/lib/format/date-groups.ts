const DAY_MS = 86_400_000;

export interface DateGroup<Item> {
  readonly label: string;
  readonly items: readonly Item[];
}

/** Sorts newest-first items under Today, Yesterday, Last 7 days, Last 30 days, then month by month. */
export function groupByDate<Item extends { updatedAt: number }>(
  items: readonly Item[],
  now: number,
): DateGroup<Item>[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const label = labelOf(item.updatedAt, now);
    const group = groups.get(label);
    if (group) group.push(item);
    else groups.set(label, [item]);
  }
  return [...groups].map(([label, grouped]) => ({ label, items: grouped }));
}

function labelOf(time: number, now: number): string {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  if (time >= midnight) return 'Today';
  if (time >= midnight - DAY_MS) return 'Yesterday';
  if (time >= midnight - 7 * DAY_MS) return 'Last 7 days';
  if (time >= midnight - 30 * DAY_MS) return 'Last 30 days';
  return new Date(time).toLocaleDateString('en', { month: 'long', year: 'numeric' });
}
