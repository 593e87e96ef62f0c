export type ToHashWorker =
  /** The next part of the file; `crc` null where none is known. */
  | { type: 'part'; id: number; start: number; length: number; crc: number | null }
  | { type: 'digest'; id: number }
  | { type: 'close' };

export type FromHashWorker =
  | { id: number; good: boolean }
  | { id: number; digest: string }
  /** The code of the operating system. */
  | { id: number; failed: string };
