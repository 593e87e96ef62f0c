import type { ModelSource, OtherProgram, PlaceState } from '../../../contract/models.contract.ts';

/** A folder whose models are listed: the person's or another program's. */
export interface Place {
  /** Absolute, links resolved where it is there. */
  path: string;
  source: Extract<ModelSource, 'folder' | OtherProgram>;
}

/** A file that may be a model, or the first part of one that is split. */
export interface FoundFile {
  path: string;
  /** Of all parts that are there. */
  sizeBytes: number;
  /** Of the part that changed last. */
  mtimeMs: number;
  /** As the program that downloaded it calls it, where the file itself does not tell; null otherwise. */
  name: string | null;
  /** `hf:owner/name`; null when nothing tells. */
  origin: string | null;
}

/** What there was when a place was looked at. */
export interface Walked {
  state: PlaceState;
  files: FoundFile[];
  /** Folders in it that could not be read: what is in them counts as neither there nor gone. */
  closed: string[];
  /** False when there is more than is looked at. */
  complete: boolean;
  /** Not one entry: a disk is mounted into an empty folder, so this may be one that is not connected. */
  empty: boolean;
}

/** A folder that holds more is not a folder of models: somebody has chosen a whole disk. */
export const walkLimits = { depth: 12, entries: 200_000, files: 10_000 } as const;
