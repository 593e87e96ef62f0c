import { setTimeout as wait } from 'node:timers/promises';
import { problemError, ProblemError, type Problem } from '../../contract/problem.ts';
import { Patience } from '../../domain/download-plan/patience.ts';
import { SpeedMeter } from '../../domain/download-plan/speed-meter.ts';
import type { Egress } from '../hub/egress/egress.ts';
import { refusal } from '../hub/refusals.ts';
import { asAttempt, AttemptFailed } from './attempt.ts';
import type { Judged } from './file-address.ts';
import { FileTransfer } from './file-transfer.ts';
import { findFiles } from './find-files.ts';
import type { Found } from './found-files.ts';
import { freeBytesAt, noSpace } from './free-space.ts';
import { keptBytes } from './kept-bytes.ts';
import type { TransferTools } from './transfer-tools.ts';

export interface JobRequest {
  source: string;
  path: string | null;
  /** From an earlier run; null where nobody was asked yet. */
  found: Found | null;
  /** The models folder. */
  folder: string;
}

/** What a download does now; nothing of it outlives Nibble. */
export interface Activity {
  state: 'checking' | 'downloading' | 'waiting' | 'verifying';
  retryAt: number | null;
  /** Why it waits. */
  problem: Problem | null;
  bytesPerSecond: number | null;
  /** Of each file, in order. */
  receivedBytes: readonly number[];
  totalBytes: readonly (number | null)[];
  doneFiles: number;
}

/** Free beyond what is missing: file systems need some of it for themselves. */
const SPACE_FACTOR = 1.05;

/** One download from asking what there is to the last file in its place. */
export class DownloadJob {
  readonly #request: JobRequest;
  readonly #tools: TransferTools;
  readonly #meter = new SpeedMeter();
  #found: Found | null;
  #received: number[] = [];
  #totals: (number | null)[] = [];
  #doneFiles = 0;
  #transfer: FileTransfer | null = null;
  #wait: { retryAt: number; problem: Problem } | null = null;

  constructor(request: JobRequest, tools: Omit<TransferTools, 'onBytes'>) {
    this.#request = request;
    this.#found = request.found;
    this.#tools = { ...tools, onBytes: (bytes) => this.#meter.add(bytes, performance.now()) };
  }

  get activity(): Activity {
    const progress = this.#transfer?.progress ?? null;
    const receivedBytes = [...this.#received];
    const totalBytes = [...this.#totals];
    if (progress) {
      receivedBytes[this.#doneFiles] = progress.receivedBytes;
      totalBytes[this.#doneFiles] = progress.totalBytes;
    }
    const waiting = this.#wait ?? progress?.waiting ?? null;
    const state = waiting ? 'waiting' : (progress?.state ?? 'checking');
    return {
      state,
      retryAt: waiting?.retryAt ?? null,
      problem: waiting?.problem ?? null,
      bytesPerSecond: state === 'downloading' ? this.#meter.bytesPerSecond(performance.now()) : null,
      receivedBytes,
      totalBytes,
      doneFiles: this.#doneFiles,
    };
  }

  /** Resolves with all files in their places. `onFound` is told what there is before the first byte of it is fetched. */
  async run(signal: AbortSignal, onFound: (found: Found) => Promise<void>): Promise<Found> {
    const found = (this.#found ??= await this.#find(signal));
    this.#totals = found.files.map(({ sizeBytes }) => sizeBytes);
    this.#received = await Promise.all(found.files.map(keptBytes));
    await onFound(found);
    await this.#checkSpace(found);
    for (const [index, file] of found.files.entries()) {
      signal.throwIfAborted();
      this.#doneFiles = index;
      this.#transfer = new FileTransfer(
        {
          folder: this.#request.folder,
          target: file.path,
          url: new URL(file.url),
          isGiven: found.repository === null,
          sizeBytes: file.sizeBytes,
          sha256: file.sha256,
          refusal: await this.#refusalOf(found, file.name),
        },
        this.#tools,
      );
      try {
        await this.#transfer.run(signal);
      } finally {
        const { receivedBytes, totalBytes } = this.activity;
        [this.#received, this.#totals] = [[...receivedBytes], [...totalBytes]];
        this.#transfer = null;
      }
      this.#received[index] = this.#totals[index] ?? this.#received[index] ?? 0;
    }
    this.#doneFiles = found.files.length;
    return found;
  }

  /** The Hub may have trouble too, and its wishes to wait are kept. */
  async #find(signal: AbortSignal): Promise<Found> {
    const { source, path, folder } = this.#request;
    const patience = new Patience(this.#tools.patienceScale);
    for (;;) {
      try {
        const egress = await this.#tools.egress();
        return await findFiles({ source, path, folder, egress }, signal);
      } catch (error) {
        const failed = asAttempt(error) ?? tooMany(error);
        if (!failed || signal.aborted) throw error;
        const waitMs = patience.failed(failed.failure);
        if (waitMs === null) throw error;
        this.#wait = { retryAt: Date.now() + waitMs, problem: failed.problem };
        await wait(waitMs, undefined, { signal });
        this.#wait = null;
      }
    }
  }

  async #checkSpace({ files }: Found): Promise<void> {
    const { folder } = this.#request;
    const missing = files.reduce(
      (sum, { sizeBytes }, index) => sum + Math.max(0, (sizeBytes ?? 0) - (this.#received[index] ?? 0)),
      0,
    );
    const needed = Math.ceil(missing * SPACE_FACTOR);
    const free = await freeBytesAt(folder);
    if (free !== null && free < needed) throw await noSpace(folder, needed);
  }

  async #refusalOf({ repository, isGated }: Found, path: string): Promise<(judged: Judged) => ProblemError> {
    const egress: Egress = await this.#tools.egress();
    return ({ response }) => {
      const { endpoint, hasToken } = egress;
      if (repository !== null) return refusal(response, { endpoint, repository, path, isGated, hasToken });
      const { status, host } = response;
      const reason =
        status === 404 || status === 410 ? 'There is no such file' : `It answered with status ${status}`;
      return problemError('download.refused', { host, reason });
    };
  }
}

function tooMany(error: unknown): AttemptFailed | null {
  return error instanceof ProblemError && error.problem.code === 'hub.tooManyRequests'
    ? new AttemptFailed({ kind: 'trouble', waitSeconds: 60 }, error.problem)
    : null;
}
