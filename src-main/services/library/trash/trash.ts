/** Files that were moved to the trash together. */
export interface Trashed {
  /** Brings them back; null where only the system's own trash can. */
  restore: (() => Promise<void>) | null;
}

/** The trash of the system. */
export interface Trash {
  /** All of them or none. Throws `library.trashFailed`. */
  put: (paths: readonly string[]) => Promise<Trashed>;
}

/** One file of a trash that can give it back. */
export interface TrashedFile {
  restore: () => Promise<void>;
}
