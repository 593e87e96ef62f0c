import { on } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { problemError, ProblemError } from '../../../contract/problem.ts';
import { giveBack } from './give-back.ts';
import { unreachable } from './unreachable.ts';

interface Limits {
  host: string;
  maxBytes: number;
  silenceMs: number;
  /** Null for a body of any length. */
  requestMs: number | null;
  signal: AbortSignal | undefined;
  /** Once, when the last byte came, the body was discarded or the request failed. */
  onEnd: (status: number | null, receivedBytes: number) => void;
}

/** A new connection costs more round trips than that takes. Redirects of the Hub have 1 kB. */
const MAX_SKIPPED_BYTES = 16 * 1024;

/** An answer whose body is still to come, and the limits it has to keep. */
export class EgressResponse {
  readonly host: string;
  readonly #limits: Limits;
  readonly #abort = new AbortController();
  readonly #total: NodeJS.Timeout | null;
  readonly #silence: NodeJS.Timeout;
  /** The server's turn: while we ourselves do not read, its silence means nothing. */
  #isWaiting = true;
  #response: IncomingMessage | null = null;
  #receivedBytes = 0;
  #ended = false;

  constructor(limits: Limits) {
    const { host, requestMs, silenceMs } = limits;
    this.host = host;
    this.#limits = limits;
    this.#total =
      requestMs === null
        ? null
        : setTimeout(
            () => this.#giveUp(`it needed more than ${seconds(requestMs)} for one answer`),
            requestMs,
          );
    this.#silence = setTimeout(() => {
      if (this.#isWaiting) this.#giveUp(`nothing came from it for ${seconds(silenceMs)}`);
    }, silenceMs);
  }

  get status(): number {
    return this.#opened().statusCode ?? 0;
  }

  header(name: string): string | null {
    const value = this.#opened().headers[name];
    return (Array.isArray(value) ? value.join(', ') : value) ?? null;
  }

  async open(send: (signal: AbortSignal) => Promise<IncomingMessage>): Promise<void> {
    const { signal } = this.#limits;
    const abort = signal ? AbortSignal.any([signal, this.#abort.signal]) : this.#abort.signal;
    try {
      this.#response = await send(abort);
      // A body that fails before anyone reads it: whoever reads it is told.
      this.#response.on('error', () => undefined);
      this.#isWaiting = false;
    } catch (error) {
      this.#end();
      throw this.#failure(error);
    }
  }

  /**
   * The body; ends with an error once it is longer than allowed, or silent or slow for too long. A chunk is empty once the next one is
   * asked for.
   */
  async *chunks(): AsyncGenerator<Buffer, void, void> {
    const { maxBytes, host } = this.#limits;
    const body = this.#opened();
    // A stream's own iterator joins what came meanwhile, and leaves the pieces to the collector.
    const reads = on(body, 'data', { close: ['end', 'close'], highWaterMark: 1 });
    try {
      // It tells nobody who comes later.
      if (body.destroyed) throw body.errored ?? new CutOff();
      for (;;) {
        this.#isWaiting = true;
        this.#silence.refresh();
        const { value, done } = await reads.next();
        this.#isWaiting = false;
        if (done) {
          if (!body.readableEnded) throw new CutOff();
          return;
        }
        const [bytes] = value as [Buffer];
        this.#receivedBytes += bytes.length;
        if (this.#receivedBytes > maxBytes) {
          throw problemError('hub.badAnswer', { host, reason: `it sent more than ${maxBytes} bytes` });
        }
        yield bytes;
        giveBack(bytes);
      }
    } catch (error) {
      throw this.#failure(error);
    } finally {
      await reads.return?.();
      if (!body.readableEnded) body.destroy();
      this.#end();
    }
  }

  async bytes(): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.chunks()) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }

  /** Done with it: a short body is read, so that the connection can serve the next request; others are cut off. */
  async skip(): Promise<void> {
    const length = Number(this.header('content-length') ?? Infinity);
    if (length <= Math.min(MAX_SKIPPED_BYTES, this.#limits.maxBytes)) await this.bytes();
    else this.discard();
  }

  /** Closes the connection without reading the body. */
  discard(): void {
    this.#abort.abort();
    this.#end();
  }

  #opened(): IncomingMessage {
    if (!this.#response) throw new Error('the answer has not come yet');
    return this.#response;
  }

  #giveUp(reason: string): void {
    this.#abort.abort(problemError('hub.unreachable', { host: this.host, reason }));
  }

  /** A cancellation stays one; a limit of ours is told as what it is; the rest failed on the way. */
  #failure(error: unknown): unknown {
    const { signal } = this.#limits;
    if (signal?.aborted) return signal.reason;
    if (this.#abort.signal.aborted) return this.#abort.signal.reason;
    const isSystemError = error instanceof Error && !(error instanceof ProblemError) && 'code' in error;
    return isSystemError ? unreachable(this.host, error) : error;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#silence);
    if (this.#total) clearTimeout(this.#total);
    this.#limits.onEnd(this.#response?.statusCode ?? null, this.#receivedBytes);
  }
}

/** The connection ended in the middle of an answer. */
class CutOff extends Error {
  readonly code = 'ECONNRESET';
}

const seconds = (ms: number) => `${Math.ceil(ms / 1000)} seconds`;
