import {
  Agent as HttpAgent,
  request as requestHttp,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isLoopback } from '../../../contract/model-address.ts';
import { giveBackReads } from './give-back.ts';

/** Idle connections that are kept for the next request, to one host. */
const MAX_IDLE = 8;

/**
 * Connections to servers, kept for the next request and led through a proxy where one is set. `fetch` would do for
 * questions, but its bodies are web streams: for tens of gigabytes Node's own are twice as fast, and they know proxies.
 */
export class Connections {
  readonly #https: HttpsAgent;
  readonly #direct: HttpAgent;

  /** `proxy`: `http://host:port`; without one the variables `HTTPS_PROXY` and `NO_PROXY` decide. */
  constructor(proxy: string | null = null) {
    const { NO_PROXY, no_proxy } = process.env;
    const proxyEnv =
      proxy === null ? process.env : { HTTPS_PROXY: proxy, NO_PROXY: no_proxy ?? NO_PROXY ?? '' };
    const kept = { keepAlive: true, maxFreeSockets: MAX_IDLE };
    this.#https = new HttpsAgent({ ...kept, proxyEnv });
    // Plain HTTP goes to this computer only.
    this.#direct = new HttpAgent(kept);
  }

  /** Sends a GET and resolves with the head of its answer. The body has to be read, or `signal` aborted. */
  async get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<IncomingMessage> {
    try {
      return await this.#send(url, headers, signal);
    } catch (error) {
      // The server closed a kept connection at the moment it was used again; it has not seen the request.
      if (signal.aborted || !(error instanceof StaleConnection)) throw error;
      return await this.#send(url, headers, signal);
    }
  }

  #send(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const isPlain = url.protocol === 'http:';
    if (isPlain && !isLoopback(url)) throw new Error(`${url.host} is not asked without encryption`);
    const request: ClientRequest = isPlain
      ? requestHttp(url, { agent: this.#direct, headers, signal })
      : requestHttps(url, { agent: this.#https, headers, signal });
    giveBackReads(request);
    request.on('response', resolve);
    // Also after the answer has come: what then fails is told by the body.
    request.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && error.code === 'ECONNRESET';
      reject(isStale ? new StaleConnection(error.message, { cause: error }) : error);
    });
    request.end();
    return promise;
  }
}

class StaleConnection extends Error {
  readonly code = 'ECONNRESET';
}
