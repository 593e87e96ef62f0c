import type { Model, ModelSource, Verdict } from '$contract/models.contract.ts';
import { speedHere } from './model-words.ts';

export const sortings = ['used', 'name', 'family', 'size', 'parameters', 'speed'] as const;
export type Sorting = (typeof sortings)[number];

export const sortingNames: Record<Sorting, string> = {
  used: 'Last used',
  name: 'Name',
  family: 'Family',
  size: 'Size',
  parameters: 'Parameters',
  speed: 'Speed here',
};

export const sourceNames: Record<ModelSource, string> = {
  builtIn: 'Built in',
  opened: 'Opened by path',
  folder: 'Your folders',
  lmStudio: 'LM Studio',
  ollama: 'Ollama',
  huggingFace: 'Hugging Face cache',
  jan: 'Jan',
  gpt4all: 'GPT4All',
  llamaCpp: 'llama.cpp',
};

export interface RowFilter {
  /** Words that all have to be somewhere in the name, family, level, licence or path. */
  text: string;
  source: ModelSource | 'all';
  /** Leaves out what does not fit; what is not worked out yet stays. */
  fitting: boolean;
}

export type VerdictOf = (modelId: number) => Verdict | null | undefined;

/** The rows to show, in order. Equal ones keep the order of the list, which is by last use. */
export function chooseRows(
  models: readonly Model[],
  { text, source, fitting }: RowFilter,
  sorting: Sorting,
  verdictOf: VerdictOf,
): Model[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = models.filter(
    (model) =>
      (source === 'all' || model.source === source) &&
      (!fitting || verdictOf(model.id)?.fits !== 'no') &&
      (words.length === 0 || hasWords(model, words)),
  );
  return sorting === 'used' ? chosen : chosen.sort(comparing(sorting, verdictOf));
}

function hasWords(model: Model, words: readonly string[]): boolean {
  const { name, family, level, licence, path, origin, architecture } = model;
  const text = [name, family, level, licence, path, origin, architecture].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

function comparing(sorting: Exclude<Sorting, 'used'>, verdictOf: VerdictOf): (a: Model, b: Model) => number {
  const byName = (a: Model, b: Model) => a.name.localeCompare(b.name, 'en', { numeric: true });
  switch (sorting) {
    case 'name':
      return byName;
    case 'family':
      return (a, b) => a.family.localeCompare(b.family, 'en') || b.parameters - a.parameters || byName(a, b);
    case 'size':
      return (a, b) => b.sizeBytes - a.sizeBytes;
    case 'parameters':
      return (a, b) => b.parameters - a.parameters;
    case 'speed':
      // What is not known comes last.
      return (a, b) => (speedHere(b, verdictOf(b.id)) ?? -1) - (speedHere(a, verdictOf(a.id)) ?? -1);
    default:
      return sorting satisfies never;
  }
}
