import { open, type FileHandle } from 'node:fs/promises';
import { problemError } from '../../contract/problem.ts';
import type { ByteSource } from '../../domain/gguf/types.ts';

/** A file on disk as a source of bytes. Close it with `await using`. */
export class FileSource implements ByteSource, AsyncDisposable {
  readonly name: string;
  readonly sizeBytes: number;
  readonly #file: FileHandle;

  private constructor(path: string, sizeBytes: number, file: FileHandle) {
    this.name = path;
    this.sizeBytes = sizeBytes;
    this.#file = file;
  }

  /** `path` has to be a regular file: opening a pipe would wait for its writer. */
  static async open(path: string, sizeBytes: number): Promise<FileSource> {
    return new FileSource(path, sizeBytes, await open(path, 'r'));
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#file.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) {
        throw problemError('model.truncated', {
          path: this.name,
          field: 'header',
          needed: offset + length,
          size: offset + filled,
        });
      }
      filled += bytesRead;
    }
    return bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}
