import type { CatalogueModel } from '$contract/catalogue.ts';
import type { CatalogueVerdict, ModelVerdicts } from '$contract/discover.contract.ts';
import { formatBytes, formatRate } from '../../format/figures.ts';

export type Purpose = CatalogueModel['purposes'][number];
type Method = CatalogueModel['methods'][number];

export const purposeWords: Record<Purpose, string> = {
  everyday: 'Everyday',
  reasoning: 'Reasoning',
  code: 'Code',
  languages: 'Languages',
  tiny: 'Small computers',
};

export const methodWords: Record<Method, string> = {
  postTraining: 'rounded after training',
  quantizationAware: 'trained for few bits (QAT)',
  distilled: 'distilled',
  pruned: 'pruned',
  sharedEmbedding: 'shared embedding',
  experts: 'mixture of experts',
};

/** By all its parameters, in billions. */
const sizes = [
  [2, 'Up to 2 B parameters'],
  [5, '2 to 5 B'],
  [10, '5 to 10 B'],
  [20, '10 to 20 B'],
  [40, '20 to 40 B'],
  [Infinity, 'Larger than 40 B'],
] as const;

export interface SizeGroup {
  title: string;
  models: readonly CatalogueModel[];
}

/** In groups by size, smallest first, those that are empty left out. */
export function bySize(models: readonly CatalogueModel[]): SizeGroup[] {
  const sorted = models.toSorted((a, b) => a.parameters - b.parameters || (a.name < b.name ? -1 : 1));
  return sizes
    .map(([most, title], index) => {
      const least = sizes[index - 1]?.[0] ?? 0;
      return {
        title,
        models: sorted.filter(({ parameters }) => parameters > least * 1e9 && parameters <= most * 1e9),
      };
    })
    .filter((group) => group.models.length > 0);
}

const placeWords: Record<Exclude<CatalogueVerdict['fits'], 'no'>, string> = {
  gpu: 'all on the GPU',
  partial: 'partly on the GPU',
  cpu: 'in main memory',
};

/** The level that was picked; null while nothing is known or none serves. */
export function pickedVerdict({ verdicts, pick }: ModelVerdicts): CatalogueVerdict | null {
  return pick === null ? null : (verdicts[pick] ?? null);
}

/** `all on the GPU, about 45 tokens/s`; `needs about 40.5 GiB` for one that does not fit. */
export function verdictWords({ fits, neededBytes, speed }: CatalogueVerdict): string {
  if (fits === 'no') return `does not fit: needs about ${formatBytes(neededBytes)}`;
  const rate = speed.decodeTokensPerSecond;
  return rate === null ? placeWords[fits] : `${placeWords[fits]}, about ${formatRate(rate)} tokens/s`;
}

/** The whole model in one sentence, where no level was picked. */
export function nothingServes({ verdicts }: ModelVerdicts): string {
  const smallest = verdicts.reduce<CatalogueVerdict | null>(
    (least, verdict) => (!least || verdict.neededBytes < least.neededBytes ? verdict : least),
    null,
  );
  if (!smallest) return 'Nothing is known of its levels.';
  return smallest.fits === 'no'
    ? `Does not fit here: even ${smallest.level} needs about ${formatBytes(smallest.neededBytes)}.`
    : 'Would fit, but answers too slowly here.';
}
