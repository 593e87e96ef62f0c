import { kvCacheTypes, type KvCacheType } from '../../../contract/plan.contract.ts';
import { ggmlTypeId, ggmlTypes } from '../../gguf/ggml-types.ts';

/** Bytes of a row of `elements`, a whole number of blocks. */
export function cacheRowBytes(elements: number, type: KvCacheType): number {
  const { blockElements, blockBytes } = blocksOf(type);
  return Math.ceil(elements / blockElements) * blockBytes;
}

export function isQuantized(type: KvCacheType): boolean {
  return blocksOf(type).blockElements > 1;
}

function blocksOf(type: KvCacheType): { blockElements: number; blockBytes: number } {
  return blocks.get(type) ?? { blockElements: 1, blockBytes: 4 };
}

const blocks = new Map(kvCacheTypes.map((type) => [type, ggmlTypes.get(ggmlTypeId(type.toUpperCase()))]));
