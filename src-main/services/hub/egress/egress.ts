/**
 * The one way out of the computer. Nothing else in Nibble opens a connection to another machine (the lint rules hold
 * that), so what leaves it can be read here: GET requests to the Hub, to the endpoint a person has set and to addresses
 * a person has given, without cookies or anything that tells who asks, except the token that person gave, which goes to
 * the endpoint alone. Redirects are not followed here; whoever asks decides. Every request ends: silence has a limit.
 */
import { problemError } from '../../../contract/problem.ts';
import { isAllowed, isAllowedFrom } from './allowed-hosts.ts';
import { Connections } from './connections.ts';
import { EgressResponse } from './egress-response.ts';
import { RequestLog } from './request-log.ts';

export interface EgressOptions {
  /** Where the Hub's interface is; see `endpoint.ts`. */
  endpoint: URL;
  /** Of a person's account on the Hub; asked at each request, since it may be set meanwhile. */
  token?: () => string | undefined;
  log?: RequestLog;
  /** Shared, so that a request can use the connection of an earlier one. */
  connections?: Connections;
  /** A connection on which nothing arrives for so long is given up. */
  silenceMs?: number;
  /** One request takes no longer than that: 4 MiB at 35 kB/s. */
  requestMs?: number;
}

export interface EgressRequest {
  headers?: Readonly<Record<string, string>>;
  /** What an answer may hold; more is an error. */
  maxBytes: number;
  /** A body of gigabytes: only silence ends it. */
  isLong?: boolean;
  /** The address a person gave, when it is not the Hub's: from there the way may lead to any host. */
  givenAddress?: URL | undefined;
  signal?: AbortSignal | undefined;
}

const SILENCE_MS = 15_000;
const REQUEST_MS = 120_000;

const directly = new Connections();

export class Egress {
  readonly endpoint: URL;
  readonly log: RequestLog;
  readonly #token: () => string | undefined;
  readonly #connections: Connections;
  readonly #silenceMs: number;
  readonly #requestMs: number;

  constructor(options: EgressOptions) {
    const { endpoint, token, log, silenceMs = SILENCE_MS, requestMs = REQUEST_MS } = options;
    this.endpoint = endpoint;
    this.log = log ?? new RequestLog();
    this.#token = token ?? (() => undefined);
    this.#connections = options.connections ?? directly;
    this.#silenceMs = silenceMs;
    this.#requestMs = requestMs;
  }

  get hasToken(): boolean {
    return this.#token() !== undefined;
  }

  /**
   * Sends a GET and returns with the head of the answer, whatever its status. The body has to be read or discarded.
   * Throws `hub.foreignHost`, `download.unsafeAddress` or `hub.unreachable`, and the signal's reason once it is aborted.
   */
  async get(url: URL, request: EgressRequest): Promise<EgressResponse> {
    const { headers = {}, maxBytes, isLong = false, givenAddress, signal } = request;
    if (givenAddress ? !isAllowedFrom(url, givenAddress) : !isAllowed(url, this.endpoint)) {
      throw problemError(givenAddress ? 'download.unsafeAddress' : 'hub.foreignHost', { host: url.host });
    }
    signal?.throwIfAborted();
    const response = new EgressResponse({
      host: url.host,
      maxBytes,
      silenceMs: this.#silenceMs,
      requestMs: isLong ? null : this.#requestMs,
      signal,
      onEnd: this.log.begin(url),
    });
    const sent = {
      ...headers,
      ...this.#authorization(url),
      'user-agent': 'Nibble',
      'accept-encoding': 'identity',
    };
    await response.open((abort) => this.#connections.get(url, sent, abort));
    return response;
  }

  #authorization(url: URL): Record<string, string> {
    const token = this.#token();
    return token !== undefined && url.origin === this.endpoint.origin
      ? { authorization: `Bearer ${token}` }
      : {};
  }
}
