/**
 * One file, from its address to its name in the models folder. Whatever happens on the way (cuts, expired addresses,
 * other answers than those asked for, damaged parts, the end of Nibble), there is the right file in the end, or none
 * and a reason.
 *
 * `ipull`, which comes with the engine library, was weighed for this: it asks without `If-Range`, compares neither range
 * nor ETag, knows no checksum of a part or the whole, never syncs, and fetches by itself, past the one way out.
 */
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { problemError, ProblemError, type Problem } from '../../contract/problem.ts';
import { readGgufHeader } from '../../domain/gguf/read-header.ts';
import { Patience } from '../../domain/download-plan/patience.ts';
import { FileSource } from '../library/file-source.ts';
import { threadWorkedMs } from '../library/model-file.ts';
import { asAttempt, demandBytes, FileChanged, type Expectation } from './attempt.ts';
import { keepChecksum } from './checksum-list.ts';
import { lockDownload } from './download-lock.ts';
import { FileAddress, type Judged } from './file-address.ts';
import { hashFile } from './file-hash.ts';
import { noSpace } from './free-space.ts';
import { discardPart, nameFile, PartFile, partPath } from './part-file.ts';
import { NoRanges, PartsTransfer } from './parts-transfer.ts';
import type { TransferTools } from './transfer-tools.ts';
import { Waits } from './waits.ts';
import { fetchWhole } from './whole-transfer.ts';
import { holdYoungGeneration } from './young-generation.ts';

export interface TransferFile {
  /** The models folder; locks of all that use it lie there. */
  folder: string;
  /** Where the file will lie, below `folder`. */
  target: string;
  url: URL;
  /** A person gave the address; it need not be the Hub's. */
  isGiven: boolean;
  sizeBytes: number | null;
  sha256: string | null;
  refusal: (judged: Judged) => ProblemError;
}

export interface TransferProgress {
  state: 'checking' | 'downloading' | 'waiting' | 'verifying';
  waiting: { retryAt: number; problem: Problem } | null;
  receivedBytes: number;
  totalBytes: number | null;
}

const SQLITE_FULL = 13;

/** A file that changes more often than that while it is fetched is none to wait for. */
const MOST_CHANGES = 2;

export class FileTransfer {
  readonly #file: TransferFile;
  readonly #tools: TransferTools;
  readonly #waits = new Waits();
  readonly #patience: Patience;
  readonly #expectation: Expectation;
  #part: PartFile | null = null;
  #parts: PartsTransfer | null = null;
  /** Where no part file tells it: of a file fetched as a whole, and after the end. */
  #counted: { receivedBytes: number; totalBytes: number | null } | null = null;
  #isComplete = false;

  constructor(file: TransferFile, tools: TransferTools) {
    this.#file = file;
    this.#tools = tools;
    this.#patience = new Patience(tools.patienceScale);
    this.#expectation = { hasChecksum: file.sha256 !== null, refusal: file.refusal };
  }

  get progress(): TransferProgress {
    const table = this.#part?.table;
    const receivedBytes = table?.receivedBytes ?? this.#counted?.receivedBytes ?? 0;
    const totalBytes = table?.sizeBytes ?? this.#counted?.totalBytes ?? this.#file.sizeBytes;
    const isAllHere = this.#isComplete || (table?.isComplete ?? false);
    // As long as one connection works, the others' waits are nobody's business.
    const isAtWork = (this.#parts?.connections ?? 0) > this.#waits.count;
    const waiting = isAllHere || isAtWork ? null : this.#waits.next;
    const begun = this.#part !== null || this.#counted !== null;
    return {
      state: waiting ? 'waiting' : isAllHere ? 'verifying' : begun ? 'downloading' : 'checking',
      waiting,
      receivedBytes,
      totalBytes,
    };
  }

  /** Resolves once the file lies at its target. Throws a problem, or the signal's reason; the parts so far are kept. */
  async run(signal: AbortSignal): Promise<void> {
    const { folder, target } = this.#file;
    holdYoungGeneration();
    const release = await this.#lock();
    try {
      if (await this.#isHere(signal)) return;
      for (let changes = 0; ; changes++) {
        try {
          return await this.#fetch(signal);
        } catch (error) {
          if (!(error instanceof FileChanged)) throw error;
          await discardPart(target);
          if (changes >= MOST_CHANGES)
            throw problemError('hub.fileChanged', { path: this.#file.url.pathname, reason: error.message });
        }
      }
    } catch (error) {
      if (error instanceof ProblemError && isOtherFile(error.problem)) await discardPart(target);
      throw signal.aborted ? signal.reason : folderProblem(error, folder);
    } finally {
      await release();
    }
  }

  async #lock(): Promise<() => Promise<void>> {
    const { folder, target } = this.#file;
    try {
      await mkdir(dirname(target), { recursive: true });
      const release = await lockDownload(folder, target);
      if (release) return release;
    } catch (error) {
      // SQLite, which keeps the lock, says it in its own way.
      if ((error as { errcode?: unknown }).errcode === SQLITE_FULL)
        throw await noSpace(folder, this.#file.sizeBytes ?? 0, error);
      throw folderProblem(error, folder);
    }
    throw problemError('download.busy', { path: target });
  }

  /** It was complete when an earlier run ended, or the person put it there. */
  async #isHere(signal: AbortSignal): Promise<boolean> {
    const { target, sizeBytes, sha256 } = this.#file;
    const size = await stat(target).then(
      (stats) => stats.size,
      () => null,
    );
    if (size === null) return false;
    const isSame =
      (sizeBytes === null || size === sizeBytes) &&
      (sha256 === null || (await hashFile(target, { signal })) === sha256);
    if (!isSame) throw problemError('download.taken', { path: target });
    await discardPart(target);
    return true;
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    const { url, isGiven, sizeBytes, sha256 } = this.#file;
    const address = new FileAddress({ url, isGiven, sizeBytes, sha256, egress: this.#tools.egress });
    const first = await this.#probe(address, signal);
    if (first.kind === 'whole') return this.#fetchWhole(address, signal);
    try {
      await this.#fetchParts(address, first.totalBytes, first.etag, signal);
    } catch (error) {
      if (!(error instanceof NoRanges)) throw error;
      await this.#fetchWhole(address, signal);
    }
  }

  /** Asks for one byte: how long the file is, whether it comes in parts, and where from. */
  async #probe(address: FileAddress, signal: AbortSignal) {
    for (;;) {
      try {
        const judged = await address.ask({ start: 0, last: 0 }, signal);
        demandBytes(judged, this.#expectation);
        const { verdict, response } = judged;
        if (verdict.kind === 'part') {
          await response.skip();
          address.learn(verdict.totalBytes, verdict.etag);
          return verdict;
        }
        response.discard();
        if (verdict.kind === 'whole') return verdict;
      } catch (error) {
        const failed = asAttempt(error);
        if (!failed || signal.aborted) throw error;
        // What makes no sense at the very beginning is not the file that is meant: a page to log in, most often.
        const waitMs = failed.failure.kind === 'nonsense' ? null : this.#patience.failed(failed.failure);
        if (waitMs === null) throw new ProblemError(failed.problem);
        address.forget();
        await this.#waits.wait(waitMs, failed.problem, signal);
      }
    }
  }

  async #fetchParts(
    address: FileAddress,
    sizeBytes: number,
    etag: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    const { target, sha256 } = this.#file;
    const part = await PartFile.open({ target, sizeBytes, sha256, etag });
    this.#part = part;
    try {
      const transfer = new PartsTransfer({
        part,
        address,
        sha256,
        expectation: this.#expectation,
        patience: this.#patience,
        waits: this.#waits,
        tools: this.#tools,
        beginsAsModel: () => this.#beginsAsModel(),
      });
      this.#parts = transfer;
      const digest = await transfer.run(signal);
      await this.#checkModel();
      await this.#checkTarget();
      await part.finish();
      await this.#keepChecksum(digest, sizeBytes);
    } finally {
      await part.close();
      this.#counted = { receivedBytes: part.table.receivedBytes, totalBytes: part.table.sizeBytes };
      this.#part = null;
      this.#parts = null;
    }
  }

  async #fetchWhole(address: FileAddress, signal: AbortSignal): Promise<void> {
    const { target, sha256, sizeBytes } = this.#file;
    await discardPart(target);
    this.#counted = { receivedBytes: 0, totalBytes: sizeBytes };
    let file: FileHandle | null = null;
    try {
      const fetched = await fetchWhole(
        {
          target,
          address,
          sha256,
          expectation: this.#expectation,
          patience: this.#patience,
          waits: this.#waits,
          tools: this.#tools,
          onReceived: (receivedBytes, totalBytes) => {
            this.#counted = { receivedBytes, totalBytes };
          },
        },
        signal,
      );
      file = fetched.file;
      this.#isComplete = true;
      await this.#checkModel();
      await this.#checkTarget();
      const { size } = await file.stat();
      await nameFile(file, target);
      await this.#keepChecksum(fetched.digest, size);
    } finally {
      await file?.close().catch(() => undefined);
    }
  }

  async #beginsAsModel(): Promise<boolean> {
    await using file = await open(partPath(this.#file.target), 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1', 0, bytesRead) === 'GGUF';
  }

  /** Nothing that the strict reader refuses gets the name of a model: the library offers what it finds under one. */
  async #checkModel(): Promise<void> {
    const { target } = this.#file;
    const path = partPath(target);
    const { size } = await stat(path);
    await using source = await FileSource.open(path, size);
    try {
      await readGgufHeader(
        { name: target, sizeBytes: size, read: (offset, length) => source.read(offset, length) },
        { workedMs: threadWorkedMs },
      );
    } catch (error) {
      if (error instanceof ProblemError) await discardPart(target);
      throw error;
    }
  }

  /** A folder that takes no more has the model all the same; it can then only be read, not compared, later on. */
  async #keepChecksum(sha256: string, sizeBytes: number): Promise<void> {
    const { folder, target } = this.#file;
    await keepChecksum(folder, target, { sha256, sizeBytes }).catch(() => undefined);
  }

  async #checkTarget(): Promise<void> {
    const { target } = this.#file;
    const isTaken = await stat(target).then(
      () => true,
      () => false,
    );
    if (isTaken) throw problemError('download.taken', { path: target });
  }
}

/** What the operating system says of the folder or its disk, in words; everything else as it is. */
function folderProblem(error: unknown, path: string): unknown {
  if (error instanceof ProblemError || !(error instanceof Error)) return error;
  if (!('syscall' in error) && !('errcode' in error)) return error;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'The folder is not there any more',
    ENOTDIR: 'A part of the path is a file',
    EACCES: 'The operating system denied access',
    EPERM: 'The operating system denied access',
    EROFS: 'The disk can only be read',
    EIO: 'The disk reports an error',
    ENODEV: 'The disk is not there any more',
    ENAMETOOLONG: 'The path is too long',
  };
  const code = String((error as NodeJS.ErrnoException).code);
  return problemError(
    'download.folder',
    { path, reason: reasons[code] ?? `The system reports ${code}` },
    error,
  );
}

/** What was fetched is not what was meant: of no use, and not to be taken up again. */
function isOtherFile({ code }: Problem): boolean {
  return code === 'download.wrongChecksum' || code === 'download.noModel';
}
