import { modelLimits } from './limits.ts';
import { malformed } from './malformed.ts';
import { ModelFacts } from './model-facts.ts';
import type { SplitName } from './names.ts';
import type { GgufHeader, GgufTensor } from './types.ts';

const countKey = 'split.count';

export interface ModelPart {
  /** Names the part in problems. */
  name: string;
  header: GgufHeader;
}

/**
 * Into how many files the model is split, 1 if it is not. The name has to tell the same: it is the only way to
 * find the other parts, for the engine as for us.
 */
export function checkPartCount(header: GgufHeader, path: string, name: SplitName | null): number {
  const facts: ModelFacts = new ModelFacts(header, path);
  const count = facts.optionalInteger(countKey, 0, modelLimits.splitParts) ?? 0;
  if (count <= 1) return 1;
  if (!name) {
    const expected = `name-00001-of-${String(count).padStart(5, '0')}.gguf`;
    facts.malformed('file name', `a model that is split into ${count} files has names such as ${expected}`);
  }
  if (name.count !== count) {
    facts.malformed('file name', `it says ${name.count} parts, the file itself says ${count}`);
  }
  const index = facts.integer('split.no', 0, count - 1);
  if (index + 1 !== name.part) {
    facts.malformed('file name', `it says part ${name.part}, the file itself says ${index + 1}`);
  }
  return count;
}

/** One header for all parts, in order: the metadata of the first, the tensors and bytes of all. */
export function mergeParts(parts: readonly ModelPart[]): GgufHeader {
  const [first, ...others] = parts;
  if (!first) throw new RangeError('a model has at least one part');
  if (others.length === 0) return first.header;
  const tensors = new Map<string, GgufTensor>();
  for (const [index, { name, header }] of parts.entries()) {
    const facts: ModelFacts = new ModelFacts(header, name);
    facts.integer('split.no', index, index);
    facts.integer(countKey, parts.length, parts.length);
    // gguf.cpp: type_to_gguf_type<T>::value == type
    facts.mustBe('split.no', 'u16');
    for (const tensor of header.tensors) {
      if (tensors.has(tensor.name)) {
        facts.malformed(`tensor "${tensor.name}"`, 'another part of the model has it too');
      }
      tensors.set(tensor.name, tensor);
    }
  }
  checkTensorCount(first, tensors.size);
  const fileSizeBytes = parts.reduce((sum, { header }) => sum + header.fileSizeBytes, 0);
  return { ...first.header, tensors: [...tensors.values()], fileSizeBytes };
}

function checkTensorCount({ name, header }: ModelPart, found: number): void {
  const expected = header.metadata.get('split.tensors.count');
  if (expected === undefined || expected === found) return;
  const announced = typeof expected === 'object' ? 'a list of' : String(expected);
  const reason = `${announced} tensors are announced, the parts hold ${found}`;
  throw malformed(name, 'split.tensors.count', reason);
}
