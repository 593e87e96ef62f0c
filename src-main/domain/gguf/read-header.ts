/**
 * The strict GGUF reader. Nothing native and nothing of the engine library sees a file before it has passed:
 * of 240 damaged files, llama.cpp v0.5.0 and its binding aborted on 13 and hung on 12.
 *
 * The parser is a synchronous generator that says how many bytes it needs next; the driver below fetches them
 * in growing chunks. So a value costs no promise, one parser serves files and HTTP ranges, and at no time is
 * more than one chunk, or one long string, in memory beside the result.
 */
import { problemError } from '../../contract/problem.ts';
import { HeaderCursor, type Wants } from './header-cursor.ts';
import { ggufLimits } from './limits.ts';
import { checkPlaces, readTensors } from './read-tensors.ts';
import { readValue } from './read-values.ts';
import { isDecodable, type IsUtf8 } from './utf8.ts';
import type { ByteSource, GgufHeader, GgufValueType, HeaderValue } from './types.ts';

const FIRST_CHUNK_BYTES = 256 * 1024;
/** Parsed in some 5 ms; in between the event loop serves others. */
const MAX_CHUNK_BYTES = 2 * 1024 * 1024;
const MIB = 1024 * 1024;

export interface ReadOptions {
  /**
   * Milliseconds of processor time this thread has used, for `ggufLimits.parseMs`; the time of day would make a
   * good file look bad on a busy machine. Without it the other limits alone bound the work.
   */
  workedMs?: () => number;
  /** Of the runtime, where it has one; texts are decoded without it. */
  isUtf8?: IsUtf8;
  /** Smaller in tests, to cut every value apart. */
  firstChunkBytes?: number;
  /** Smaller where bytes behind the header are dear: a chunk may reach beyond its end. */
  maxChunkBytes?: number;
}

/**
 * Reads and checks the header of a GGUF file, versions 2 and 3, little endian.
 * Throws `ProblemError`: `model.empty`, `notGguf`, `tooNew`, `truncated` or `malformed`; a source's own errors pass.
 */
export async function readGgufHeader(source: ByteSource, options: ReadOptions = {}): Promise<GgufHeader> {
  const { workedMs = () => 0, isUtf8 = isDecodable, maxChunkBytes = MAX_CHUNK_BYTES } = options;
  const { firstChunkBytes = Math.min(FIRST_CHUNK_BYTES, maxChunkBytes) } = options;
  const cursor = new HeaderCursor(source.name, source.sizeBytes, isUtf8);
  const parser = parseHeader(cursor);
  let chunkBytes = firstChunkBytes;
  let fetchedBytes = 0;
  let spentMs = 0;
  for (;;) {
    const startMs = workedMs();
    const step = parser.next();
    if (step.done) return step.value;
    spentMs += workedMs() - startMs;
    checkTime(cursor, spentMs, fetchedBytes);

    const length = Math.min(
      Math.max(step.value - cursor.unreadBytes, chunkBytes),
      source.sizeBytes - fetchedBytes,
    );
    const bytes = await source.read(fetchedBytes, length);
    if (bytes.length !== length) {
      const needed = fetchedBytes + length;
      throw problemError('model.truncated', {
        path: source.name,
        field: 'header',
        needed,
        size: fetchedBytes + bytes.length,
      });
    }
    cursor.append(bytes);
    fetchedBytes += length;
    chunkBytes = Math.min(chunkBytes * 2, maxChunkBytes);
  }
}

function checkTime(cursor: HeaderCursor, spentMs: number, fetchedBytes: number): void {
  const allowedMs = Math.max(ggufLimits.parseMs, (fetchedBytes / MIB) * ggufLimits.parseMsPerMib);
  if (spentMs > allowedMs)
    cursor.malformed('header', 'reading it takes far longer than that of any real model');
}

function* parseHeader(cursor: HeaderCursor): Wants<GgufHeader> {
  yield* readMagic(cursor);
  const version = yield* readVersion(cursor);
  const tensorCount = yield* cursor.count('number of tensors', 0, ggufLimits.tensors);
  const entryCount = yield* cursor.count('number of metadata entries', 0, ggufLimits.metadataEntries);
  const { metadata, types } = yield* readMetadata(cursor, entryCount);
  const alignment = readAlignment(cursor, metadata, types);
  const tensors = yield* readTensors(cursor, tensorCount, alignment);
  const dataOffsetBytes = Math.ceil(cursor.offsetBytes / alignment) * alignment;
  checkPlaces(cursor, tensors, dataOffsetBytes);
  return {
    version,
    alignment,
    metadata,
    types,
    tensors,
    dataOffsetBytes,
    fileSizeBytes: cursor.fileSizeBytes,
  };
}

function* readMagic(cursor: HeaderCursor): Wants<void> {
  if (cursor.fileSizeBytes === 0) throw problemError('model.empty', { path: cursor.name });
  const length = Math.min(4, cursor.fileSizeBytes);
  yield* cursor.need(length, 'magic');
  const view = cursor.take(length);
  const magic = Array.from({ length }, (_, index) => view.getUint8(index));
  const text = String.fromCharCode(...magic);
  if (text === 'GGUF') return;
  const start = magic.every((byte) => byte >= 0x20 && byte < 0x7f)
    ? `"${text}"`
    : `the bytes ${magic.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
  throw problemError('model.notGguf', { path: cursor.name, start });
}

function* readVersion(cursor: HeaderCursor): Wants<2 | 3> {
  const version = yield* cursor.u32('version');
  if (version === 2 || version === 3) return version;
  // 2 and 3 written on a big-endian machine; the engine's builds are all little endian.
  if ((version & 0xffff) === 0 && version !== 0) {
    cursor.malformed('version', 'the file is written for big-endian machines, which Nibble does not run on');
  }
  if (version === 0) cursor.malformed('version', 'there is no version 0');
  throw problemError('model.tooNew', { path: cursor.name, version });
}

/** Smallest entry: key length, one byte of key, type, one byte of value. */
const MIN_ENTRY_BYTES = 8 + 1 + 4 + 1;

function* readMetadata(
  cursor: HeaderCursor,
  count: number,
): Wants<{ metadata: Map<string, HeaderValue>; types: Map<string, GgufValueType> }> {
  cursor.mustHold(count * MIN_ENTRY_BYTES, 'metadata');
  const metadata = new Map<string, HeaderValue>();
  const types = new Map<string, GgufValueType>();
  let elementsLeft: number = ggufLimits.arrayElementsTotal;
  for (let index = 0; index < count; index++) {
    const key = yield* cursor.string(`key of metadata entry ${index + 1}`, 1, ggufLimits.keyBytes);
    if (metadata.has(key)) cursor.malformed(key, 'the key is used twice');
    const { type, value } = yield* readValue(cursor, key, elementsLeft);
    if (typeof value === 'object') elementsLeft -= value.length;
    metadata.set(key, value);
    types.set(key, type);
  }
  return { metadata, types };
}

function readAlignment(
  cursor: HeaderCursor,
  metadata: ReadonlyMap<string, HeaderValue>,
  types: ReadonlyMap<string, GgufValueType>,
): number {
  const key = 'general.alignment';
  const alignment = metadata.get(key);
  if (alignment === undefined) return ggufLimits.alignmentDefault;
  const { alignmentMin, alignmentMax } = ggufLimits;
  if (typeof alignment !== 'number' || types.get(key) !== 'u32') cursor.malformed(key, 'it has to be a u32');
  if (alignment < alignmentMin || alignment > alignmentMax || (alignment & (alignment - 1)) !== 0) {
    cursor.malformed(key, `${alignment} is not a power of two between ${alignmentMin} and ${alignmentMax}`);
  }
  return alignment;
}
