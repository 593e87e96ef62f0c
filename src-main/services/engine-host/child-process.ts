import { spawn, type ChildProcess as NodeChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Clock } from '../../base/clock.ts';
import { ProblemError } from '../../contract/problem.ts';
import type { Logger } from '../logging/logger.ts';
import { childEnvironment } from './child-environment.ts';
import { describeExit, type ExitReason } from './exit-reason.ts';
import { fromChildSchema } from './from-child.ts';
import { parseHeartbeat, type Heartbeat } from './heartbeat.ts';
import { LineRing, LineSplitter } from './line-buffer.ts';
import { oomKills } from './oom-kills.ts';
import { plainNodePath } from './plain-node.ts';
import type { ChildMethod, ChildMethods, ChildProgress, ChildRole, ToChild } from './protocol.ts';
import type { Hang } from './watchdog.ts';

const STDERR_LINES = 100;
const HEARTBEAT_FD = 4;
/** After the exit, until the last of stdout and stderr has come through; a grandchild could hold them open. */
const DRAIN_MS = 300;
/** A closed channel is only a hint that the process is ending. After this it is made to. */
const CHANNEL_CLOSED_MS = 2_000;

export interface ChildExit extends ExitReason {
  /** `itself` is a death; the others are endings that this side brought about. */
  cause: 'itself' | 'asked' | 'hung';
  hang: Hang | null;
}

/** A request that will never be answered, because its process is gone. */
export class ChildExitError extends Error {
  readonly exit: ChildExit;

  constructor(exit: ChildExit) {
    super(exit.reason);
    this.name = 'ChildExitError';
    this.exit = exit;
  }
}

export interface ChildOptions {
  role: ChildRole;
  entry: string;
  log: Logger;
  clock: Clock;
  onBeat?: (beat: Heartbeat) => void;
  /** Called once, before the requests that were running are rejected. */
  onExit?: (exit: ChildExit) => void;
}

export interface RequestOptions {
  /** Sends `cancel`. The promise still waits for the child's answer. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: ChildProgress) => void) | undefined;
}

interface PendingRequest {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
  onProgress: ((progress: ChildProgress) => void) | undefined;
}

/**
 * Owns one child process from spawn to exit: environment, stdio, channel, heartbeat, requests, grace period, kill.
 * The exit is the truth: only it settles `exited` and rejects what was still asked.
 */
export class ChildProcess {
  readonly exited: Promise<ChildExit>;
  /** Settles when the child says that it takes requests; rejects with `ChildExitError` when it never did. */
  readonly ready: Promise<unknown>;
  readonly #process: NodeChildProcess;
  readonly #options: ChildOptions;
  readonly #stderr = new LineRing(STDERR_LINES);
  readonly #requests = new Map<number, PendingRequest>();
  readonly #readyGate = Promise.withResolvers<undefined>();
  readonly #exitGate = Promise.withResolvers<ChildExit>();
  readonly #oomKillsBefore = oomKills();
  #nextId = 1;
  #exit: ChildExit | null = null;
  #ending: 'asked' | Hang | null = null;
  #spawnError: Error | null = null;
  #cancelTimer: () => void = () => undefined;

  constructor(options: ChildOptions) {
    this.#options = options;
    this.exited = this.#exitGate.promise;
    this.ready = this.#readyGate.promise;
    // Whoever waits for `ready` gets the rejection; a child that nobody waits for is no unhandled one.
    this.ready.catch(() => undefined);
    this.#process = spawn(plainNodePath(), [options.entry, options.role], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
      serialization: 'json',
      env: childEnvironment(process.env),
      windowsHide: true,
    });
    this.#listen();
  }

  /** Undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isGone(): boolean {
    return this.#exit !== null;
  }

  request<M extends ChildMethod>(
    method: M,
    params: ChildMethods[M]['params'],
    { signal, onProgress }: RequestOptions = {},
  ): Promise<ChildMethods[M]['result']> {
    if (this.#exit !== null) return Promise.reject(new ChildExitError(this.#exit));
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#requests.set(id, { resolve, reject, onProgress });
    this.#send({ type: 'request', id, method, params });
    const cancel = () => this.#send({ type: 'cancel', id });
    if (signal?.aborted === true) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    // The child is the app's own code of the same version: results are trusted to have their method's shape.
    return promise.finally(() => signal?.removeEventListener('abort', cancel)) as Promise<
      ChildMethods[M]['result']
    >;
  }

  /** Closes the channel, which tells the child to end, and kills it when it has not after `graceMs`. */
  stop(graceMs: number): Promise<ChildExit> {
    if (this.#exit === null) {
      this.#ending ??= 'asked';
      if (this.#process.connected) this.#process.disconnect();
      this.#killAfter(graceMs);
    }
    return this.exited;
  }

  /** Ends it at once. With a `hang`, the exit is reported as one. Works on a stopped process too. */
  kill(hang?: Hang): Promise<ChildExit> {
    this.#ending ??= hang ?? 'asked';
    this.#process.kill('SIGKILL');
    return this.exited;
  }

  #listen(): void {
    const child = this.#process;
    const { log } = this.#options;
    this.#lines(child.stdout, (line) => log.debug('child', { pid: this.pid, line }));
    this.#lines(child.stderr, (line) => {
      this.#stderr.push(line);
      log.debug('child', { pid: this.pid, line });
    });
    this.#lines(child.stdio[HEARTBEAT_FD] as Readable | undefined, (line) => {
      const beat = parseHeartbeat(line);
      if (beat !== null) this.#options.onBeat?.(beat);
    });
    child.on('message', (message) => this.#onMessage(message));
    child.on('disconnect', () => {
      // When this side closed it, `stop` has set the grace period.
      if (this.#ending === null) this.#killAfter(CHANNEL_CLOSED_MS);
    });
    child.on('error', (error) => {
      // Without a process there will be no exit event. Otherwise it is a failed send or kill, and the exit tells.
      if (child.pid !== undefined)
        return log.debug('child channel', { pid: this.pid, reason: error.message });
      this.#spawnError = error;
      this.#finish(null, null);
    });
    child.on('exit', (code, signal) => {
      this.#cancelTimer();
      const finish = () => this.#finish(code, signal);
      this.#cancelTimer = this.#options.clock.schedule(DRAIN_MS, finish);
      whenClosed([child.stdout, child.stderr], finish);
    });
  }

  #lines(stream: Readable | null | undefined, onLine: (line: string) => void): void {
    const splitter = new LineSplitter(onLine);
    stream?.on('data', (chunk: Buffer) => splitter.push(chunk));
    stream?.on('end', () => splitter.end());
    stream?.on('error', (error) =>
      this.#options.log.debug('child pipe', { pid: this.pid, reason: error.message }),
    );
  }

  #onMessage(raw: unknown): void {
    const { success, data: message, error } = fromChildSchema.safeParse(raw);
    if (!success) {
      this.#options.log.warn('a child sent something unknown', { pid: this.pid, reason: error.message });
      return;
    }
    if (message.type === 'ready') return this.#readyGate.resolve(undefined);
    const request = this.#requests.get(message.id);
    if (request === undefined) return;
    if (message.type === 'progress') return this.#progress(request, message.progress);
    this.#requests.delete(message.id);
    if (message.type === 'result') request.resolve(message.result);
    else request.reject(new ProblemError(message.problem));
  }

  #progress({ onProgress }: PendingRequest, progress: ChildProgress): void {
    try {
      onProgress?.(progress);
    } catch (error) {
      // A defect of the listener must not end main, nor the answer.
      this.#options.log.error('a progress listener failed', { reason: String(error) });
    }
  }

  #send(message: ToChild): void {
    if (!this.#process.connected) return this.#killAfter(CHANNEL_CLOSED_MS);
    this.#process.send(message, (error) => {
      if (error !== null) this.#options.log.debug('child channel', { pid: this.pid, reason: error.message });
    });
  }

  #killAfter(delayMs: number): void {
    this.#cancelTimer();
    if (this.#exit !== null || this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#cancelTimer = this.#options.clock.schedule(delayMs, () => this.#process.kill('SIGKILL'));
  }

  #finish(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#exit !== null) return;
    this.#cancelTimer();
    for (const stream of this.#process.stdio) stream?.destroy();
    this.#exit = this.#describe(code, signal);
    this.#options.onExit?.(this.#exit);
    const error = new ChildExitError(this.#exit);
    this.#readyGate.reject(error);
    for (const request of this.#requests.values()) request.reject(error);
    this.#requests.clear();
    this.#exitGate.resolve(this.#exit);
  }

  #describe(code: number | null, signal: NodeJS.Signals | null): ChildExit {
    if (this.#spawnError !== null) {
      const reason = `Its program could not be started (${this.#spawnError.message})`;
      return {
        reason,
        outOfMemory: false,
        deviceLost: false,
        signal: null,
        detail: [],
        cause: 'itself',
        hang: null,
      };
    }
    const kills = oomKills();
    const oomKilled = kills !== null && this.#oomKillsBefore !== null && kills > this.#oomKillsBefore;
    const reason = describeExit({ code, signal, stderr: this.#stderr.lines(), oomKilled });
    if (this.#ending === null) return { ...reason, cause: 'itself', hang: null };
    if (this.#ending === 'asked') return { ...reason, cause: 'asked', hang: null };
    return { ...reason, cause: 'hung', hang: this.#ending };
  }
}

/** The child's own `close` event never comes once this side has closed the channel. */
function whenClosed(streams: readonly (Readable | null)[], callback: () => void): void {
  const open = new Set(streams.filter((stream) => stream !== null && !stream.closed));
  if (open.size === 0) return callback();
  for (const stream of open) {
    stream?.once('close', () => {
      open.delete(stream);
      if (open.size === 0) callback();
    });
  }
}
