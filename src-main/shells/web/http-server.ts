/**
 * The window and its calls over HTTP on 127.0.0.1. Every request passes the same gates in the same order: own Host,
 * Origin and Sec-Fetch-Site (request-guard), method, session, bounded JSON body; only then the router sees it.
 * The window's own files are served without a session, because they hold nothing that is not public.
 */
import { RPCHandler } from '@orpc/server/node';
import type { AnyRouter } from '@orpc/server';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeProblem, problemError } from '../../contract/problem.ts';
import type { Logger } from '../../services/logging/logger.ts';
import { securityHeaders } from '../shared/security-headers.ts';
import type { StaticFiles } from '../shared/static-files.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { notFound, refuse, refuseMethod, sendFile, sendProblem } from './http-responses.ts';
import { JsonBodyReader } from './json-body.ts';
import { refuseForeign } from './request-guard.ts';
import { readSessionCookie, sessionCookie } from './session-cookie.ts';
import { SessionTokens } from './session-token.ts';

const HOST = '127.0.0.1';
const RPC_PREFIX = '/rpc';
const MAX_HEADER_BYTES = 16_384;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** How often Node looks for connections past these limits; its default of 30 s would triple them. */
const TIMEOUT_CHECK_INTERVAL_MS = 5_000;
const MAX_TOKEN_BODY_BYTES = 1_024;

export interface HttpServerOptions {
  router: AnyRouter;
  files: StaticFiles;
  /** 0 takes any free port. */
  port: number;
  log: Logger;
}

export class HttpServer {
  readonly #tokens = new SessionTokens();
  readonly #connections = new ConnectionLimit();
  readonly #bodies = new JsonBodyReader();
  readonly #server: Server;
  readonly #rpc: RPCHandler<Record<never, never>>;
  readonly #files: StaticFiles;
  readonly #log: Logger;

  /** Throws `app.portInUse` or `app.listenFailed`. */
  static async start(options: HttpServerOptions): Promise<HttpServer> {
    const server = new HttpServer(options);
    await listen(server.#server, options.port);
    return server;
  }

  private constructor({ router, files, log }: HttpServerOptions) {
    this.#files = files;
    this.#log = log;
    this.#rpc = new RPCHandler<Record<never, never>>(router);
    this.#server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL_MS,
      },
      (request, response) => {
        this.#answer(request, response).catch((error: unknown) => this.#fail(request, response, error));
      },
    );
    this.#connections.watch(this.#server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** A link that opens the window once. The link before it no longer works. */
  newLink(): string {
    return `http://${HOST}:${this.port}/#token=${this.#tokens.issueLink()}`;
  }

  /** Ends all connections, streams included. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const refusal = refuseForeign(request, this.port);
    if (refusal !== null) return refuse(response, refusal);
    const path = request.url?.split('?', 1)[0] ?? '';
    if (path.startsWith(`${RPC_PREFIX}/`)) return this.#call(request, response);
    if (path === '/session') return this.#startSession(request, response);
    const file = this.#files.get(path);
    return file === undefined ? refuse(response, notFound) : sendFile(request, response, file);
  }

  async #startSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return refuseMethod(response, 'POST');
    const body = await this.#bodies.read(request, MAX_TOKEN_BODY_BYTES);
    if ('refusal' in body) return refuse(response, body.refusal);
    const session = this.#tokens.exchange(tokenOf(body.value));
    if (session === null) return sendProblem(response, 401, describeProblem('app.sessionEnded'));
    response.setHeader('set-cookie', sessionCookie(this.port, session));
    response.writeHead(204, { 'cache-control': 'no-store' }).end();
  }

  async #call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return refuseMethod(response, 'POST');
    const session = readSessionCookie(request.headers.cookie, this.port);
    if (session === null || !this.#tokens.isSession(session)) {
      return sendProblem(response, 401, describeProblem('app.sessionEnded'));
    }
    this.#connections.prove(request.socket);
    const body = await this.#bodies.read(request);
    if ('refusal' in body) return refuse(response, body.refusal);
    response.setHeader('cache-control', 'no-store');
    // oRPC takes a body that was read already from here.
    const { matched } = await this.#rpc.handle(Object.assign(request, { body: body.value }), response, {
      prefix: RPC_PREFIX,
    });
    if (!matched) refuse(response, notFound);
  }

  #fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    // A client that goes away in the middle is no failure.
    if (request.socket.destroyed) return;
    this.#log.error('request failed', { path: request.url?.split('?', 1)[0], error });
    if (response.headersSent) response.destroy();
    else sendProblem(response, 500, describeProblem('internal'));
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen({ host: HOST, port, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw problemError('app.portInUse', { port }, error);
    throw problemError('app.listenFailed', { port, reason: message }, error);
  }
}

function tokenOf(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('token' in body)) return '';
  return typeof body.token === 'string' ? body.token : '';
}
