import type { GgufHeader, GgufValueType, HeaderValue } from '../../../domain/gguf/types.ts';
import type { VocabularyPlace } from './vocabulary-place.ts';

/** The entries of a vocabulary, as the strict reader read them. */
export type VocabularyEntries = readonly { key: string; type: GgufValueType; value: HeaderValue }[];

/** A header with one short entry where its vocabulary is. */
export interface HeaderOutline {
  bytes: Buffer;
  /** By how much everything behind that entry stands nearer to the beginning than in the file. */
  removedBytes: number;
}

const STAND_IN_KEY = 'nibble.vocabulary';
const STRING_TYPE = 8;
const STAND_IN_HEAD_BYTES = 8 + STAND_IN_KEY.length + 4 + 8;
/** The largest alignment of tensors: a multiple of it can be taken out without moving them against it. */
const MAX_ALIGNMENT_BYTES = 65_536;
/** Behind magic, version and number of tensors. */
const ENTRY_COUNT_AT = 16;

/**
 * A header of which `before` and `after` are known, without the vocabulary between them: parsing one takes 100 ms, and
 * thirty levels have the same. Null where the file has not even so many entries.
 */
export function outlineHeader(
  before: Buffer,
  vocabulary: VocabularyPlace,
  after: Buffer,
): HeaderOutline | null {
  const vocabularyBytes = vocabulary.end - vocabulary.start;
  const padding = (vocabularyBytes - STAND_IN_HEAD_BYTES) % MAX_ALIGNMENT_BYTES;
  const standIn = Buffer.alloc(STAND_IN_HEAD_BYTES + padding);
  let at = standIn.writeBigUInt64LE(BigInt(STAND_IN_KEY.length));
  at += standIn.write(STAND_IN_KEY, at);
  at = standIn.writeUInt32LE(STRING_TYPE, at);
  standIn.writeBigUInt64LE(BigInt(padding), at);

  const start = Buffer.from(before);
  const entries = start.readBigUInt64LE(ENTRY_COUNT_AT);
  const removedEntries = BigInt(vocabulary.keys.length);
  if (entries < removedEntries) return null;
  start.writeBigUInt64LE(entries - removedEntries + 1n, ENTRY_COUNT_AT);
  return {
    bytes: Buffer.concat([start, standIn, after]),
    removedBytes: vocabularyBytes - standIn.length,
  };
}

/** The header that `outline` was read as, with the vocabulary in its place. Null if it has an entry of that name already. */
export function restoreHeader(
  outline: GgufHeader,
  removedBytes: number,
  vocabulary: VocabularyEntries,
): GgufHeader | null {
  const metadata = new Map<string, HeaderValue>();
  const types = new Map(outline.types);
  for (const [key, value] of outline.metadata) {
    if (key !== STAND_IN_KEY) {
      metadata.set(key, value);
      continue;
    }
    for (const entry of vocabulary) {
      if (outline.metadata.has(entry.key)) return null;
      metadata.set(entry.key, entry.value);
      types.set(entry.key, entry.type);
    }
  }
  types.delete(STAND_IN_KEY);
  return {
    ...outline,
    metadata,
    types,
    dataOffsetBytes: outline.dataOffsetBytes + removedBytes,
    fileSizeBytes: outline.fileSizeBytes + removedBytes,
  };
}
