import { open, readFile, type FileHandle } from 'node:fs/promises';
import type { PartState } from '../../domain/download-plan/part-table.ts';

/**
 * What was written since the side file was: a line for each write, never synced. A kill costs none of them, for the
 * system keeps what was handed to it; after a power cut some may speak of bytes that are not on the disk. So they are
 * hints and no more: what they speak of is read back before it counts, and a part that is not as it came is fetched again.
 * (A sync and a side file for every few megabytes would do the same at a quarter of the speed.)
 */
export class PieceJournal {
  readonly #file: FileHandle;
  #position = 0;
  /** Resolves with nothing: what it held would be held for every line. */
  #written: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Empty: what an earlier one told has to be in the side file by then. */
  static async begin(target: string): Promise<PieceJournal> {
    return new PieceJournal(await open(journalPath(target), 'w', 0o600));
  }

  /** Nobody waits for a hint, and a full disk takes none. */
  add(part: number, { receivedBytes, crc }: PartState): void {
    const line = Buffer.from(`${part} ${receivedBytes} ${crc}\n`);
    const written = this.#file.write(line, 0, line.length, this.#position).then(ignore, ignore);
    this.#position += line.length;
    const before = this.#written;
    this.#written = written.then(() => before);
  }

  async close(): Promise<void> {
    await this.#written;
    await this.#file.close();
  }
}

const ignore = () => undefined;

export function journalPath(target: string): string {
  return `${target}.part.journal`;
}

export async function readJournal(target: string): Promise<string> {
  return readFile(journalPath(target), 'utf8').catch(() => '');
}
