/**
 * A file on its way: `NAME.part` with the bytes, each at its place, and `NAME.part.json` that tells which of them are
 * here, with a journal of what came since. The order is what makes a crash or a power cut harmless: the bytes are synced
 * before the side file speaks of them, the side file is replaced as a whole, and the name of the model appears only when all of it is here, checked
 * and synced.
 */
import { mkdir, open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { partBytesFor, PartTable } from '../../domain/download-plan/part-table.ts';
import { sideStateOf, tableOfSideState, withJournal } from '../../domain/download-plan/side-state.ts';
import { freeBytesAt, noSpace } from './free-space.ts';
import { journalPath, PieceJournal, readJournal } from './piece-journal.ts';

const MIB = 1024 * 1024;
/** What a power cut may cost. A kill costs what is in memory, half a megabyte or two for each connection. */
const MAX_UNSAVED_BYTES = 128 * MIB;
const SAVE_BYTES = 32 * MIB;
const SAVE_AFTER_MS = 1000;
const LOOK_AT_SPACE_MS = 2000;

export interface PartFileOptions {
  target: string;
  sizeBytes: number;
  sha256: string | null;
  etag: string | null;
}

/** So many bytes of one part, and the CRC-32 of all of it that is then here. */
export interface Piece {
  part: number;
  length: number;
  crc: number;
}

export class PartFile {
  readonly path: string;
  readonly table: PartTable;
  readonly #target: string;
  readonly #file: FileHandle;
  readonly #identity: { sha256: string | null; etag: string | null };
  /** Written or about to be, and not spoken of in the side file. */
  #unsavedBytes = 0;
  /** Those of them that are in the table. */
  #enteredBytes = 0;
  #savedAtMs = performance.now();
  #lookedAtMs = 0;
  #saving: Promise<void> | null = null;
  #journal: PieceJournal | null = null;

  private constructor(options: PartFileOptions, file: FileHandle, table: PartTable) {
    const { target, sha256, etag } = options;
    this.path = partPath(target);
    this.#target = target;
    this.#file = file;
    this.table = table;
    this.#identity = { sha256, etag };
  }

  /** Takes up what is there of the same file, or begins anew. Throws `download.noSpace` where the rest would not fit. */
  static async open(options: PartFileOptions): Promise<PartFile> {
    const { target, sizeBytes, sha256, etag } = options;
    await mkdir(dirname(target), { recursive: true });
    const file = await open(partPath(target), 'a').then(async (made) => {
      await made.close();
      return open(partPath(target), 'r+');
    });
    try {
      const kept = await readKept(target, { sizeBytes, sha256 });
      // Without a checksum of the whole the ETag alone tells that it is the same file still.
      const isSame = kept !== null && (sha256 !== null || (etag !== null && kept.etag === etag));
      const table = isSame ? kept.table : new PartTable(sizeBytes, partBytesFor(sizeBytes));
      const part = new PartFile(options, file, table);
      await part.#checkSpace(1.05);
      await file.truncate(sizeBytes);
      // The side file tells it all before the journal begins anew.
      await part.save();
      part.#journal = await PieceJournal.begin(target);
      return part;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get missingBytes(): number {
    return this.table.sizeBytes - this.table.receivedBytes;
  }

  /** Writes `pieces`, one behind the other, and enters them. Waits while more is unsaved than a crash may cost. */
  async write(pieces: readonly Piece[], bytes: Buffer): Promise<void> {
    const [first] = pieces;
    if (!first) return;
    const { length } = bytes;
    while (this.#unsavedBytes + length > MAX_UNSAVED_BYTES && this.#unsavedBytes > 0) await this.save();
    this.#unsavedBytes += length;
    try {
      const position = this.table.start(first.part) + this.table.state(first.part).receivedBytes;
      const { bytesWritten } = await this.#file.write(bytes, 0, length, position);
      if (bytesWritten !== length) throw Object.assign(new Error('a short write'), { code: 'ENOSPC' });
    } catch (error) {
      throw await this.#diskProblem(error);
    }
    for (const { part, length: partBytes, crc } of pieces) {
      this.table.advance(part, partBytes, crc);
      this.#journal?.add(part, this.table.state(part));
    }
    this.#enteredBytes += length;
    this.#saveIfDue();
  }

  #saveIfDue(): void {
    const isDue = this.#unsavedBytes >= SAVE_BYTES || performance.now() - this.#savedAtMs > SAVE_AFTER_MS;
    // A failure is met again, and told, by the next write or by the end.
    if (isDue && !this.#saving) this.save().catch(() => undefined);
  }

  /** What is in the table now is on the disk when it resolves. */
  async save(): Promise<void> {
    while (this.#saving) await this.#saving.catch(() => undefined);
    this.#saving = this.#save().finally(() => (this.#saving = null));
    await this.#saving;
  }

  /** Everything is here and was found good: gives it its name. */
  async finish(): Promise<void> {
    await this.#saving?.catch(() => undefined);
    await this.#journal?.close();
    this.#journal = null;
    await nameFile(this.#file, this.#target);
  }

  /** Keeps what was fetched, as far as the disk lets it. */
  async close(): Promise<void> {
    // After the end there is nothing to keep.
    if (this.#journal) await this.save().catch(() => undefined);
    await this.#journal?.close().catch(() => undefined);
    await this.#file.close().catch(() => undefined);
  }

  async #save(): Promise<void> {
    const coveredBytes = this.#enteredBytes;
    const state = sideStateOf(this.table, this.#identity);
    try {
      await this.#file.datasync();
      await writeSide(this.#target, JSON.stringify(state));
    } catch (error) {
      throw await this.#diskProblem(error);
    }
    this.#unsavedBytes -= coveredBytes;
    this.#enteredBytes -= coveredBytes;
    this.#savedAtMs = performance.now();
    if (this.#savedAtMs - this.#lookedAtMs > LOOK_AT_SPACE_MS) await this.#checkSpace(1);
  }

  /** Other programs fill disks too; better to stop here than to leave the last byte to them. */
  async #checkSpace(factor: number): Promise<void> {
    this.#lookedAtMs = performance.now();
    const neededBytes = Math.ceil(this.missingBytes * factor);
    const free = await freeBytesAt(dirname(this.#target));
    if (free !== null && free < neededBytes) throw await noSpace(dirname(this.#target), neededBytes);
  }

  async #diskProblem(error: unknown): Promise<unknown> {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      return noSpace(dirname(this.#target), this.missingBytes, error);
    return error;
  }
}

export function partPath(target: string): string {
  return `${target}.part`;
}

function sidePath(target: string): string {
  return `${target}.part.json`;
}

/** Gives a file that is complete and was found good its name, in the order that a power cut cannot spoil; closes it. */
export async function nameFile(file: FileHandle, target: string): Promise<void> {
  await file.sync();
  await file.close();
  await rename(partPath(target), target);
  for (const path of [sidePath(target), journalPath(target)]) await rm(path, { force: true });
  await syncFolder(dirname(target));
}

/** Everything that was fetched of a file that is not wanted any more. */
export async function discardPart(target: string): Promise<void> {
  for (const path of [sidePath(target), `${sidePath(target)}.tmp`, journalPath(target), partPath(target)])
    await rm(path, { force: true });
}

async function syncFolder(path: string): Promise<void> {
  // Windows has no such call, and needs none: NTFS keeps names in its journal.
  if (process.platform === 'win32') return;
  await using folder = await open(path, 'r');
  await folder.sync();
}

/** What earlier runs have left of the file that is wanted; null where there is nothing, or something else. */
export async function readKept(
  target: string,
  wanted: { sizeBytes: number | null; sha256: string | null },
): Promise<{ table: PartTable; etag: string | null } | null> {
  const dataBytes = await stat(partPath(target)).then(
    ({ size }) => size,
    () => 0,
  );
  const kept = tableOfSideState(await readSide(target), wanted, dataBytes);
  return kept && { ...kept, table: withJournal(kept.table, await readJournal(target), dataBytes) };
}

async function readSide(target: string): Promise<unknown> {
  const text = await readFile(sidePath(target), 'utf8').catch(() => '');
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function writeSide(target: string, text: string): Promise<void> {
  const temporary = `${sidePath(target)}.tmp`;
  {
    await using file = await open(temporary, 'w', 0o600);
    await file.writeFile(text);
    await file.datasync();
  }
  await rename(temporary, sidePath(target));
}
