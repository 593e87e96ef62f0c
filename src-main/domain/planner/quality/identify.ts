import type { QualityQuestion } from './types.ts';

/** Values of a header's metadata, as far as they are asked for here. */
export type Metadata = ReadonlyMap<string, unknown>;

interface Named {
  /** `general.name` and the file's name, in any order. */
  names: readonly string[];
  architecture: string;
  vocabularySize: number;
}

/** Llama 3, 3.1, 3.2 and 3.3 and what was made from them share this vocabulary and no other model has it. */
const LLAMA_3_VOCABULARY = 128_256;

/** The family whose published figures apply, or null. */
export function familyOf({ names, architecture, vocabularySize }: Named): QualityQuestion['family'] {
  const isNamed = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (isNamed(/nibble[\s_-]*tiny/i)) return 'nibble-tiny';
  if (architecture === 'gemma2') return 'gemma-2';
  if (architecture.startsWith('qwen35')) return 'qwen3.5';
  if (architecture !== 'llama') return null;
  if (vocabularySize === LLAMA_3_VOCABULARY || isNamed(/llama[\s_-]*3/i)) return 'llama-3';
  return isNamed(/llama[\s_-]*2/i) ? 'llama-2' : null;
}

/** llama-quantize writes these keys whenever it was given an importance matrix; publishers' own tools too. */
export function hasImatrix(metadata: Metadata): boolean {
  return [...metadata.keys()].some((key) => key.startsWith('quantize.imatrix.'));
}

/** Trained for its level (quantization-aware): said by the name, or by metadata that carry the name on. */
export function isQat(names: readonly string[], metadata: Metadata): boolean {
  const told = ['general.name', 'general.finetune', 'general.basename', 'general.base_model.0.name'].map(
    (key) => metadata.get(key),
  );
  const tags: unknown = metadata.get('general.tags');
  const all: unknown[] = [...names, ...told].concat(tags);
  return all.some((text) => typeof text === 'string' && /(?<![a-z])qat(?![a-z])/i.test(text));
}
