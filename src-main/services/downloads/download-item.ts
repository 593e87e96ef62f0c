import { dirname } from 'node:path';
import type { Download, DownloadState } from '../../contract/downloads.contract.ts';
import type { StoredDownload } from '../store/queries/downloads.ts';
import type { Activity, DownloadJob } from './download-job.ts';
import { foundSchema, type Found } from './found-files.ts';

/** One line of the list: what is kept of it, and what it does now. */
export class DownloadItem {
  record: StoredDownload;
  /** What the server said there is; null before it was asked. */
  found: Found | null;
  /** Null while it waits for its turn or has ended. */
  job: DownloadJob | null = null;
  /** Of each file, when nothing is at work. */
  keptBytes: readonly number[] = [];

  constructor(record: StoredDownload) {
    this.record = record;
    const parsed = foundSchema.safeParse(record.found);
    this.found = parsed.success ? parsed.data : null;
  }

  get id(): number {
    return this.record.id;
  }

  get hasEnded(): boolean {
    return ['done', 'failed', 'cancelled'].includes(this.record.state);
  }

  get isQueued(): boolean {
    return this.record.state === 'active' && this.job === null;
  }

  /** What is still to come, as far as it is known. */
  get missingBytes(): number {
    const activity = this.job?.activity ?? null;
    return Math.max(0, (sum(this.#totals(activity)) ?? 0) - (sum(this.#received(activity)) ?? 0));
  }

  view(position: number | null): Download {
    const { record, found } = this;
    const activity = this.job?.activity ?? null;
    const received = this.#received(activity);
    const totals = this.#totals(activity);
    const totalBytes = sum(totals);
    const receivedBytes = sum(received) ?? 0;
    const speed = activity?.bytesPerSecond ?? null;
    const [first] = found?.files ?? [];
    return {
      id: record.id,
      source: withoutQuery(record.source),
      repository: found?.repository ?? null,
      level: found?.level ?? null,
      name: found?.name ?? withoutQuery(record.source),
      state: this.#state(activity),
      files: (found?.files ?? []).map(({ name, path }, index) => ({
        name,
        path,
        totalBytes: totals[index] ?? null,
        receivedBytes: received[index] ?? 0,
        done: record.state === 'done' || index < (activity?.doneFiles ?? 0),
      })),
      totalBytes,
      receivedBytes,
      bytesPerSecond: speed,
      secondsLeft:
        speed !== null && speed > 0 && totalBytes !== null
          ? Math.max(0, Math.ceil((totalBytes - receivedBytes) / speed))
          : null,
      retryAt: activity?.retryAt ?? null,
      problem: activity?.problem ?? record.problem,
      position,
      folder: first === undefined ? null : dirname(first.path),
      modelId: record.modelId,
      addedAt: record.addedAt,
      finishedAt: record.finishedAt,
    };
  }

  #state(activity: Activity | null): DownloadState {
    if (this.record.state !== 'active') return this.record.state;
    return activity?.state ?? 'queued';
  }

  #received(activity: Activity | null): readonly number[] {
    return activity && activity.receivedBytes.length > 0 ? activity.receivedBytes : this.keptBytes;
  }

  #totals(activity: Activity | null): readonly (number | null)[] {
    if (activity && activity.totalBytes.length > 0) return activity.totalBytes;
    const isDone = this.record.state === 'done';
    return (this.found?.files ?? []).map(
      ({ sizeBytes }, index) => sizeBytes ?? (isDone ? (this.keptBytes[index] ?? null) : null),
    );
  }
}

/** Null where nothing is known, or not all of it. */
function sum(sizes: readonly (number | null)[]): number | null {
  if (sizes.length === 0) return null;
  let total = 0;
  for (const size of sizes) {
    if (size === null) return null;
    total += size;
  }
  return total;
}

/** A signed address carries what opens it behind its `?`. */
function withoutQuery(source: string): string {
  return source.replace(/[?#].*$/s, '');
}
