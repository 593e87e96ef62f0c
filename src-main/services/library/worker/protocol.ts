import type { CatalogueModel } from '../../../contract/catalogue.ts';
import type { ModelVerdicts } from '../../../contract/discover.contract.ts';
import type { ModelDetails } from '../../../contract/model-details.ts';
import type { PlaceState, RefusedFile, Verdict } from '../../../contract/models.contract.ts';
import type { Problem } from '../../../contract/problem.ts';
import type { TableMachine } from '../../../domain/planner/table/types.ts';
import type { FileFacts } from '../model-facts.ts';
import type { Place } from '../places/place.ts';

/** A file as the index knows it. */
export interface KnownFile {
  path: string;
  sizeBytes: number;
  mtimeMs: number;
}

/** A model that is new or has changed. */
export interface NewModel {
  facts: FileFacts;
  origin: string | null;
}

export interface NewRefusal extends Pick<RefusedFile, 'path' | 'sizeBytes' | 'problem'> {
  mtimeMs: number;
}

/** What a look at a place has shown, when it is through. */
export interface Look {
  state: PlaceState;
  empty: boolean;
  complete: boolean;
  /** Files that are as the index knows them. */
  unchanged: string[];
  /** Everything that is there, models or not. */
  present: string[];
  closed: string[];
  /** A file is being written: it is worth another look in a few seconds. */
  unsettled: boolean;
}

/** Calls and what they answer. Each may fail with a problem. */
export interface WorkerCalls {
  /** `found` messages come before the answer. */
  look: { args: { place: Place; known: KnownFile[] }; result: Look };
  read: { args: { path: string }; result: FileFacts };
  /** `adapters`: LoRA adapters of any architecture, of which those that fit are named. */
  details: { args: { path: string; adapters: string[] }; result: ModelDetails };
  verdict: { args: { path: string; machine: TableMachine }; result: Omit<Verdict, 'modelId'> };
  /** The same for every level of a model of the catalogue. */
  catalogueVerdicts: { args: { model: CatalogueModel; machine: TableMachine }; result: ModelVerdicts };
  /** Watches these places and no others. */
  watch: { args: { places: (Place & { isThere: boolean })[] }; result: null };
}
export type CallName = keyof WorkerCalls;

export type ToWorker = {
  [Name in CallName]: { type: 'call'; id: number; name: Name; args: WorkerCalls[Name]['args'] };
}[CallName];

export type FromWorker =
  | { type: 'result'; id: number; result: unknown }
  | { type: 'problem'; id: number; problem: Problem; detail: string }
  /** Of the look `id`: some of what is new, and how far it is. */
  | { type: 'found'; id: number; models: NewModel[]; refused: NewRefusal[]; done: number; total: number }
  | { type: 'changed'; path: string }
  /** A place that cannot be watched; it is looked at when somebody asks. */
  | { type: 'unwatched'; path: string; reason: string };
