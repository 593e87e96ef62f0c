export interface DamagedFile {
  /** What was done to it; unique. */
  name: string;
  bytes: Uint8Array;
}
