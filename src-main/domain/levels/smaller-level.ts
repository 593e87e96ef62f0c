import type { Model } from '../../contract/models.contract.ts';
import { stem } from '../gguf/names.ts';

/** Publishers round, and a level may keep other tensors: the same model has nearly the same count. */
const SAME_PARAMETERS = 0.01;

/**
 * The largest file that is smaller and holds the same model at another level. The same is what has the architecture, the size and
 * the name; a fine-tune of the same base is another model.
 */
export function smallerLevelOf(asked: { path: string }, models: readonly Model[]): Model | null {
  const own = models.find(({ path }) => path === asked.path);
  if (own === undefined) return null;
  const smaller = models.filter(
    (model) => model.available && model.sizeBytes < own.sizeBytes && isSameModel(model, own),
  );
  return smaller.toSorted((a, b) => b.sizeBytes - a.sizeBytes)[0] ?? null;
}

function isSameModel(a: Model, b: Model): boolean {
  const difference = Math.abs(a.parameters - b.parameters);
  return (
    a.architecture === b.architecture &&
    difference <= SAME_PARAMETERS * Math.max(a.parameters, b.parameters) &&
    baseName(a) === baseName(b)
  );
}

/** Name or file name without the level and without what separates words. */
function baseName({ name, level, path }: Model): string {
  const words = name.trim() === '' ? stem(path) : name;
  const without = level === null ? words : words.replaceAll(new RegExp(escaped(level), 'gi'), '');
  return without.toLowerCase().replaceAll(/[^a-z0-9]+/g, '');
}

function escaped(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, '\\$&');
}
