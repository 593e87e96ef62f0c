/**
 * The levels of one model differ in their weights and share the vocabulary, which is nearly the whole header: 6 to 8 MB
 * of it, times thirty files. So once one file is read to the end, the others are asked for what stands before and
 * after the vocabulary only, and it is taken from the first.
 *
 * That is a conclusion, not a reading, and it is drawn only if the entry begins alike (32 KiB of tokens), what follows
 * stands exactly where it has to (the last 32 KiB are alike), the strict reader takes the rest, and the last tensor
 * ends where the file ends. Else the file is read as if there had been no other. What can differ unseen is the text of
 * tokens in the middle, at the same length: nothing that a plan depends on. A downloaded file is read in full.
 */
import type { GgufHeader } from '../../../domain/gguf/types.ts';
import type { RangeReader } from './range-reader.ts';
import { outlineHeader, type HeaderOutline, type VocabularyEntries } from './header-outline.ts';
import { vocabularyPlace, type VocabularyPlace } from './vocabulary-place.ts';

/** A header that was read in full. */
export interface Donor {
  bytes: Buffer;
  vocabulary: VocabularyPlace;
  entries: VocabularyEntries;
  headerEnd: number;
}

const KIB = 1024;
const COMPARED_BYTES = 32 * KIB;
/** By how much what stands before the vocabulary may be longer than in the other file. */
const MORE_BEFORE_BYTES = 8 * KIB;
/** The same for what stands after it, and the reader's last chunk. */
const MORE_AFTER_BYTES = 96 * KIB;
/** Below it one more request costs more than the bytes. */
const WORTH_SHARING_BYTES = 512 * KIB;
/** Key, types, count and the first tokens. */
const MARK_BYTES = 128;

export function donorOf(header: GgufHeader, bytes: Buffer): Donor | null {
  const vocabulary = vocabularyPlace(header);
  if (!vocabulary || vocabulary.end - vocabulary.start < WORTH_SHARING_BYTES) return null;
  const entries = vocabulary.keys.map((key) => {
    const type = header.types.get(key);
    const value = header.metadata.get(key);
    if (type === undefined || value === undefined) throw new RangeError(`${key} is not in the header`);
    return { key, type, value };
  });
  return { bytes, vocabulary, entries, headerEnd: header.dataOffsetBytes };
}

export interface Beginning {
  /** Read from the file itself. */
  head: Buffer;
  /** The header without the donor's vocabulary; null if the file does not have the same. */
  outline: HeaderOutline | null;
}

/** Two small ranges of a file that may have the vocabulary of `donor`. */
export async function readAroundVocabulary(ranges: RangeReader, donor: Donor): Promise<Beginning> {
  const { bytes, vocabulary, headerEnd } = donor;
  const { sizeBytes } = ranges.file;
  const head = await ranges.read(
    0,
    Math.min(vocabulary.start + MORE_BEFORE_BYTES + COMPARED_BYTES, sizeBytes),
  );
  const start = head.indexOf(bytes.subarray(vocabulary.start, vocabulary.start + MARK_BYTES));
  const shift = start - vocabulary.start;
  if (start < 0 || !head.subarray(start).equals(bytes.subarray(vocabulary.start, head.length - shift))) {
    return { head, outline: null };
  }
  const tailStart = vocabulary.end + shift - COMPARED_BYTES;
  const tailEnd = Math.min(headerEnd + shift + MORE_AFTER_BYTES, sizeBytes);
  if (tailEnd - tailStart <= COMPARED_BYTES) return { head, outline: null };
  const tail = await ranges.read(tailStart, tailEnd - tailStart);
  const expected = bytes.subarray(vocabulary.end - COMPARED_BYTES, vocabulary.end);
  if (!tail.subarray(0, COMPARED_BYTES).equals(expected)) return { head, outline: null };
  return { head, outline: outlineHeader(head.subarray(0, start), vocabulary, tail.subarray(COMPARED_BYTES)) };
}

/** Whether the tensors fill the file to its end, but for padding: proof that the header was read at the right places. */
export function fillsFile({ tensors, dataOffsetBytes, alignment, fileSizeBytes }: GgufHeader): boolean {
  const dataBytes = tensors.reduce(
    (most, tensor) => Math.max(most, tensor.offsetBytes + tensor.sizeBytes),
    0,
  );
  const rest = fileSizeBytes - (dataOffsetBytes + dataBytes);
  return rest >= 0 && rest < alignment;
}
