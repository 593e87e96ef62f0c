import { ProblemError } from '../../../contract/problem.ts';
import { fileFacts } from '../model-facts.ts';
import { openModelFile } from '../model-file.ts';
import type { FoundFile, Place } from '../places/place.ts';
import { walkPlace } from '../places/walk-place.ts';
import type { KnownFile, Look, NewModel, NewRefusal } from './protocol.ts';

/** So many headers in one message: the index is written once for each. */
const BATCH_FILES = 64;
/** The first models of a long look are shown soon. */
const BATCH_MS = 500;
/** A broken file that changed so recently is probably being written by somebody. */
const SETTLED_MS = 5_000;
/** Headers read at a time. Parsing takes the one processor of this thread; the second one waits for the disk meanwhile. */
const READERS = 2;

export interface Found {
  models: NewModel[];
  refused: NewRefusal[];
  done: number;
  total: number;
}

/** Looks at a place, reads the headers of what is new or has changed, and tells them in batches. */
export async function look(
  place: Place,
  known: readonly KnownFile[],
  tell: (found: Found) => void,
): Promise<Look> {
  const walked = await walkPlace(place);
  const knownByPath = new Map(known.map((file) => [file.path, file]));
  const isKnown = ({ path, sizeBytes, mtimeMs }: FoundFile) => {
    const before = knownByPath.get(path);
    return before?.sizeBytes === sizeBytes && before.mtimeMs === mtimeMs;
  };
  const [unchanged = [], fresh = []] = partition(walked.files, isKnown);
  const unsettled = await readAll(fresh, tell);
  return {
    state: walked.state,
    empty: walked.empty,
    complete: walked.complete,
    unchanged: unchanged.map(({ path }) => path),
    present: walked.files.map(({ path }) => path),
    closed: walked.closed,
    unsettled,
  };
}

/** Whether one of the files is still being written. */
async function readAll(files: readonly FoundFile[], tell: (found: Found) => void): Promise<boolean> {
  let batch: Found = { models: [], refused: [], done: 0, total: files.length };
  let batchedAt = performance.now();
  let unsettled = false;
  const flush = () => {
    tell(batch);
    batch = { ...batch, models: [], refused: [] };
    batchedAt = performance.now();
  };
  const waiting = files.values();
  const reader = async () => {
    for (const file of waiting) {
      const read = await readFound(file);
      batch.done += 1;
      if ('facts' in read) batch.models.push(read);
      else if (Date.now() - file.mtimeMs < SETTLED_MS) unsettled = true;
      else batch.refused.push(read);
      const size = batch.models.length + batch.refused.length;
      if (size >= BATCH_FILES || performance.now() - batchedAt >= BATCH_MS) flush();
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  flush();
  return unsettled;
}

async function readFound(found: FoundFile): Promise<NewModel | NewRefusal> {
  try {
    const file = await openModelFile(found.path);
    return { facts: await fileFacts(file, found.name), origin: found.origin };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { path, sizeBytes, mtimeMs } = found;
    return { path, sizeBytes, mtimeMs, problem: error.problem };
  }
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  const groups = Object.groupBy(items, (item) => (isFirst(item) ? 'first' : 'second'));
  return [groups.first ?? [], groups.second ?? []];
}
