import { isUtf8 } from 'node:buffer';
import { ProblemError } from '../../../contract/problem.ts';
import { readGgufHeader } from '../../../domain/gguf/read-header.ts';
import type { GgufHeader } from '../../../domain/gguf/types.ts';
import { threadWorkedMs } from '../../library/model-file.ts';
import { restoreHeader, type HeaderOutline } from './header-outline.ts';
import { HttpByteSource } from './http-byte-source.ts';
import type { RangeReader } from './range-reader.ts';
import { donorOf, fillsFile, readAroundVocabulary, type Donor } from './shared-vocabulary.ts';

export interface ReadHeader {
  header: GgufHeader;
  /** With the vocabulary of another file. */
  isShared: boolean;
}

/** Bytes behind the header are paid for: a chunk of the strict reader reaches that far beyond it at most. */
const CHUNK_BYTES = 64 * 1024;
/** Kinds of vocabularies among the files of one repository that are kept in mind, at some 10 MB each. */
const MAX_DONORS = 3;
/** After so many files that were read in full, there is little to hope for from waiting for one more. */
const MAX_AWAITED = 4;

/**
 * Reads the headers of one repository's files, which may ask for it at the same time: while one is read in full, the
 * others wait for what they can take from it.
 */
export class HeaderReading {
  readonly #donors: Donor[] = [];
  #inFull: Promise<ReadHeader> | null = null;
  #awaited = 0;

  async read(ranges: RangeReader): Promise<ReadHeader> {
    let head: Buffer | undefined;
    let tried = 0;
    for (;;) {
      for (const donor of this.#donors.slice(tried)) {
        const beginning = await readAroundVocabulary(ranges, donor);
        head = beginning.head;
        const header = beginning.outline && (await readShared(ranges, beginning.outline, donor));
        if (header) return { header, isShared: true };
        tried += 1;
      }
      if (tried < this.#donors.length) continue;
      if (this.#inFull === null || this.#awaited >= MAX_AWAITED) break;
      await settled(this.#inFull);
    }
    this.#awaited += 1;
    this.#inFull = this.#readInFull(new HttpByteSource(ranges, head));
    try {
      return await this.#inFull;
    } finally {
      this.#inFull = null;
    }
  }

  async #readInFull(source: HttpByteSource): Promise<ReadHeader> {
    const header = await readStrictly(source);
    const donor = this.#donors.length < MAX_DONORS ? donorOf(header, source.fetched) : null;
    if (donor) this.#donors.push(donor);
    return { header, isShared: false };
  }
}

export function readStrictly(source: HttpByteSource): Promise<GgufHeader> {
  return readGgufHeader(source, { workedMs: threadWorkedMs, isUtf8, maxChunkBytes: CHUNK_BYTES });
}

/** Null where the conclusion does not hold: reading the file in full then says what is so, or what is wrong with it. */
async function readShared(
  ranges: RangeReader,
  { bytes, removedBytes }: HeaderOutline,
  donor: Donor,
): Promise<GgufHeader | null> {
  try {
    const outline = await readStrictly(new HttpByteSource(ranges, bytes, removedBytes));
    const header = restoreHeader(outline, removedBytes, donor.entries);
    return header && fillsFile(header) ? header : null;
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code.startsWith('model.')) return null;
    throw error;
  }
}

/** Its failure is told to whoever began it. */
async function settled(work: Promise<unknown>): Promise<void> {
  await Promise.allSettled([work]);
}
