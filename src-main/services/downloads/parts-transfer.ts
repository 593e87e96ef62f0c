/**
 * Fetches a file in parts over several connections, and reads it back from the disk behind them, from its beginning to
 * its end. The file counts when its checksum is the one that the Hub told; without one, each part when what lies on the disk
 * is what came over the network, by its CRC-32. What is wrong is fetched again: a part damaged on the disk by itself; and where
 * all parts are there as they came and the checksum is another all the same, part after part until one comes differently.
 */
import { describeProblem, problemError, ProblemError, type Problem } from '../../contract/problem.ts';
import { Claims, type Claim } from '../../domain/download-plan/claims.ts';
import type { Patience } from '../../domain/download-plan/patience.ts';
import { untilAborted } from '../engine-host/mutex.ts';
import { asAttempt, AttemptFailed, demandBytes, endedEarly, type Expectation } from './attempt.ts';
import type { FileAddress } from './file-address.ts';
import { FileHash } from './file-hash.ts';
import type { PartFile } from './part-file.ts';
import { newSlabs, RangeWriter, type Slabs } from './range-writer.ts';
import type { TransferTools } from './transfer-tools.ts';
import type { Waits } from './waits.ts';

export interface PartsTransferOptions {
  part: PartFile;
  address: FileAddress;
  sha256: string | null;
  expectation: Expectation;
  patience: Patience;
  waits: Waits;
  tools: TransferTools;
  /** Whether what lies at the beginning can be that of a model. */
  beginsAsModel: () => Promise<boolean>;
}

/** The server answers requests for a part with the whole file: it has to be fetched as a whole, from its beginning. */
export class NoRanges extends Error {}

/** The same part damaged so often is no accident. */
const MOST_DAMAGES = 3;
/** Slower than that for half a minute is a connection that was forgotten; another one may be quick. */
const SLOW_WINDOW_MS = 30_000;
const SLOW_BYTES = 8 * 1024;
/** Less is no progress: a server that sends a byte and stops would be asked for ever. */
const PROGRESS_BYTES = 64 * 1024;

export class PartsTransfer {
  readonly #options: PartsTransferOptions;
  readonly #claims: Claims;
  readonly #slots = new Set<Promise<void>>();
  readonly #damages = new Map<number, number>();
  readonly #stop = new AbortController();
  /** Fewer than the person allows where the server says it is too much; one more after each piece that went well. */
  #cap = Infinity;
  /** In a row, to requests for a part. */
  #wholeAnswers = 0;
  /** The part that is read next, once it is whole. */
  #awaited: { index: number; arrived: PromiseWithResolvers<undefined> } | null = null;

  constructor(options: PartsTransferOptions) {
    this.#options = options;
    this.#claims = new Claims(options.part.table);
  }

  /** At work or waiting for their next attempt. */
  get connections(): number {
    return this.#slots.size;
  }

  /** Resolves with the checksum when the whole file is on the disk as it should be. */
  async run(signal: AbortSignal): Promise<string> {
    const stop = AbortSignal.any([signal, this.#stop.signal]);
    try {
      this.#pump(stop);
      const { sha256 } = this.#options;
      // The checksum of the whole tells that no part is damaged; which one is, their own tell.
      const first = await this.#readThrough(stop, { checksParts: sha256 === null });
      if (sha256 === null || first === sha256) return first;
      const checksParts = true;
      if ((await this.#readThrough(stop, { checksParts })) === sha256) return sha256;
      if ((await this.#fetchAgain(stop)) && (await this.#readThrough(stop, { checksParts })) === sha256)
        return sha256;
      throw problemError('download.wrongChecksum');
    } finally {
      this.#stop.abort();
      await Promise.allSettled(this.#slots);
    }
  }

  /** The checksum of what is on the disk, taken behind the connections. */
  async #readThrough(stop: AbortSignal, { checksParts }: { checksParts: boolean }): Promise<string> {
    const { part } = this.#options;
    const { table } = part;
    await using hash = new FileHash(part.path);
    for (let index = 0; index < table.count; index++) {
      await this.#untilWhole(index, stop);
      if (index === 0) await this.#checkBeginning(stop);
      const isGood = () =>
        hash.add(table.start(index), table.length(index), checksParts ? table.state(index).crc : null);
      while (!(await isGood())) {
        this.#damaged(index);
        this.#pump(stop);
        await this.#untilWhole(index, stop);
      }
    }
    return hash.digest();
  }

  /** A web page or another format is noticed before gigabytes of it have come; once may be an accident. */
  async #checkBeginning(stop: AbortSignal): Promise<void> {
    const { part, beginsAsModel } = this.#options;
    if (await beginsAsModel()) return;
    part.table.reset(0);
    this.#pump(stop);
    await this.#untilWhole(0, stop);
    if (!(await beginsAsModel())) throw problemError('download.noModel', { path: part.path });
  }

  /** Part after part, until one comes differently than before; false when none does. */
  async #fetchAgain(stop: AbortSignal): Promise<boolean> {
    const { table } = this.#options.part;
    for (let index = 0; index < table.count; index++) {
      const before = table.state(index).crc;
      table.reset(index);
      this.#pump(stop);
      await this.#untilWhole(index, stop);
      if (table.state(index).crc !== before) return true;
    }
    return false;
  }

  #damaged(index: number): void {
    const { path, table } = this.#options.part;
    const count = (this.#damages.get(index) ?? 0) + 1;
    this.#damages.set(index, count);
    if (count > MOST_DAMAGES) throw problemError('download.diskDamaged', { path });
    table.reset(index);
  }

  async #untilWhole(index: number, stop: AbortSignal): Promise<void> {
    stop.throwIfAborted();
    if (this.#options.part.table.isWhole(index)) return;
    const arrived = Promise.withResolvers<undefined>();
    this.#awaited = { index, arrived };
    await untilAborted(arrived.promise, stop);
    this.#awaited = null;
  }

  /** As many connections as are allowed and of use. */
  #pump(stop: AbortSignal): void {
    while (!stop.aborted && this.#slots.size < this.#allowed) {
      const claim = this.#claims.take(this.#allowed, performance.now());
      if (!claim) return;
      const slot: Promise<void> = this.#work(claim, stop)
        .catch((error: unknown) => this.#stop.abort(error))
        .finally(() => this.#slots.delete(slot));
      this.#slots.add(slot);
    }
  }

  get #allowed(): number {
    return Math.max(1, Math.min(this.#options.tools.connections(), this.#cap));
  }

  /** One connection's life: claim after claim. Rejects for what no further attempt can mend. */
  async #work(first: Claim, stop: AbortSignal): Promise<void> {
    const slabs = newSlabs();
    for (let claim: Claim | null = first; claim; claim = this.#next()) {
      try {
        await this.#fetch(claim, slabs, stop);
        this.#cap += 1;
      } catch (error) {
        const failed = asAttempt(error);
        if (!failed || stop.aborted) throw error;
        this.#claims.release(claim);
        if (this.#isTooMany(failed)) return;
        await this.#pause(failed, stop);
      } finally {
        this.#claims.release(claim);
      }
      this.#pump(stop);
    }
  }

  #next(): Claim | null {
    const isOneTooMany = this.#slots.size > this.#allowed;
    return isOneTooMany ? null : this.#claims.take(this.#allowed, performance.now());
  }

  /** A server that tells only some of the connections to wait means: fewer of them. */
  #isTooMany({ failure }: AttemptFailed): boolean {
    const others = this.#slots.size - 1 - this.#options.waits.count;
    if (failure.kind !== 'trouble' || others < 1) return false;
    this.#cap = others;
    return true;
  }

  async #pause({ failure, problem }: AttemptFailed, stop: AbortSignal): Promise<void> {
    const { patience, address, waits } = this.#options;
    const waitMs = patience.failed(failure);
    if (waitMs === null) throw new ProblemError(problem);
    if (failure.kind !== 'trouble') address.forget();
    await waits.wait(waitMs, problem, stop);
  }

  async #fetch(claim: Claim, slabs: Slabs, stop: AbortSignal): Promise<void> {
    const { part, address, expectation, patience, tools } = this.#options;
    const { position, end } = claim;
    const judged = await address.ask({ start: position, last: end - 1 }, stop);
    demandBytes(judged, expectation);
    const { verdict, response } = judged;
    if (verdict.kind !== 'part') {
      response.discard();
      if (++this.#wholeAnswers > 1) throw new NoRanges();
      throw new AttemptFailed({ kind: 'nonsense' }, wholeFile(response.host));
    }
    this.#wholeAnswers = 0;
    address.learn(null, verdict.etag);
    const writer = new RangeWriter(part, claim, slabs);
    const slow = new SlowWatch(tools.slowWindowMs ?? SLOW_WINDOW_MS);
    try {
      for await (const chunk of response.chunks()) {
        const bytes = chunk.subarray(0, claim.end - claim.position);
        if (bytes.length === 0) break;
        if (claim.position - position >= PROGRESS_BYTES) patience.progressed();
        tools.onBytes(bytes.length);
        await writer.add(bytes);
        await tools.limit.take(bytes.length, stop);
        this.#tellArrival();
        // Another connection took the rest over.
        if (claim.position >= claim.end && claim.end < end) break;
        if (!tools.limit.isOn && slow.isTooSlow(bytes.length)) throw tooSlow(response.host);
      }
    } finally {
      await writer.flush();
      this.#tellArrival();
    }
    if (claim.position < claim.end)
      throw endedEarly(response.host, claim.position - position, end - position);
  }

  #tellArrival(): void {
    if (this.#awaited && this.#options.part.table.isWhole(this.#awaited.index))
      this.#awaited.arrived.resolve(undefined);
  }
}

class SlowWatch {
  readonly #windowMs: number;
  #sinceMs = performance.now();
  #bytes = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  isTooSlow(bytes: number): boolean {
    this.#bytes += bytes;
    const nowMs = performance.now();
    if (nowMs - this.#sinceMs < this.#windowMs) return false;
    if (this.#bytes < SLOW_BYTES) return true;
    [this.#sinceMs, this.#bytes] = [nowMs, 0];
    return false;
  }
}

function tooSlow(host: string): AttemptFailed {
  const problem = describeProblem('hub.unreachable', { host, reason: 'it sends next to nothing' });
  return new AttemptFailed({ kind: 'trouble', waitSeconds: null }, problem);
}

function wholeFile(host: string): Problem {
  return describeProblem('hub.badAnswer', { host, reason: 'it sent the whole file instead of a part of it' });
}
