import { formatBytes, formatCount } from '../../format/figures.ts';

/** A slider whose first position leaves the choice to the planner. */
export interface Steps {
  readonly values: readonly number[];
  readonly words: (value: number) => string;
}

const MIB = 1024 ** 2;

export const contextSteps: Steps = {
  values: [
    1024, 2048, 4096, 6144, 8192, 12_288, 16_384, 24_576, 32_768, 49_152, 65_536, 98_304, 131_072, 196_608,
    262_144,
  ],
  words: (tokens) => `${formatCount(tokens)} tokens`,
};

/** In MiB. */
export const reserveSteps: Steps = {
  values: [0, 256, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 12_288, 16_384],
  words: (mib) => (mib === 0 ? 'Nothing' : formatBytes(mib * MIB)),
};

export const speedSteps: Steps = {
  values: [0, 1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64],
  words: (tokens) => (tokens === 0 ? 'Any' : `${tokens} tokens/s`),
};

export function layerSteps(most: number): Steps {
  return {
    values: Array.from({ length: most + 1 }, (_, layers) => layers),
    words: (layers) => (layers === 0 ? 'None' : `${layers} of ${most}`),
  };
}

/** Where the slider stands for a wish: 0 without one, else the nearest step that is not below it. */
export function positionOf({ values }: Steps, wish: number | undefined): number {
  if (wish === undefined) return 0;
  const index = values.findIndex((value) => value >= wish);
  return index === -1 ? values.length : index + 1;
}
