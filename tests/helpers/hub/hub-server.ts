/**
 * The Hub on the loopback: its interface on one port, the storage that it redirects to on another. Answers have the
 * shapes and headers of the real one (model info with `blobs=true`, tree in pages, `resolve` with `X-Linked-ETag` and a
 * signed address, 401 for what one may not know of), and can be told to be slow or wrong; see `faults.ts`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { figuresOf, sendList, type ListedFigures } from './hub-listing.ts';
import type { ServedFile } from './served-file.ts';
import {
  blobId,
  countBytes,
  originOf,
  rangeHeaders,
  rangeOf,
  refuse,
  sendJson,
  storageEtag,
} from './wire.ts';

export interface HubRepositoryFixture {
  id: string;
  files: readonly ServedFile[];
  gated?: 'auto' | 'manual';
  licence?: string;
  /** Downloads, likes and the like. */
  figures?: ListedFigures;
  /** Its page, below the front matter that says the licence. */
  card?: string;
  isPrivate?: boolean;
  /** Where the repository was moved to. */
  renamedTo?: string;
  /** Leaves sizes out of the model's page, as a mirror may. */
  withoutBlobs?: boolean;
}

/** One request that arrived, and the bytes of body that left. */
export interface ServedRequest {
  server: 'hub' | 'storage';
  path: string;
  headers: IncomingMessage['headers'];
  sentBytes: number;
}

/** Answers itself and returns true, or leaves the request to the server. */
export type Fault = (request: FaultRequest, response: ServerResponse) => boolean | Promise<boolean>;

export interface FaultRequest {
  server: 'hub' | 'storage';
  url: URL;
  headers: IncomingMessage['headers'];
  /** Of the storage, the file that was asked for. */
  file: ServedFile | undefined;
  range: { start: number; last: number } | null;
  /** Requests of this server so far, this one counted. */
  count: number;
}

export const TOKEN = 'hf_a_token_for_tests';
const TREE_PAGE = 50;
const PIECE_BYTES = 256 * 1024;

export class HubServer implements AsyncDisposable {
  readonly requests: ServedRequest[] = [];
  /** Before every answer, of either server. */
  latencyMs = 0;
  fault: Fault | null = null;
  /** Null: as fast as it goes. */
  connectionBytesPerSecond: number | null = null;
  /** Opened so far, to either server. */
  connections = 0;
  readonly commit = 'c0ffee'.padEnd(40, '0');
  readonly #repositories: Map<string, HubRepositoryFixture>;
  readonly #hub: Server;
  readonly #storage: Server;
  readonly #sockets = new Set<Socket>();
  #origin = '';

  private constructor(repositories: readonly HubRepositoryFixture[]) {
    this.#repositories = new Map(repositories.map((repository) => [repository.id, repository]));
    this.#hub = this.#serve('hub', (url, request, response) => this.#answer(url, request, response));
    this.#storage = this.#serve('storage', (url, request, response) =>
      this.#sendRange(url, request, response),
    );
  }

  static async start(...repositories: HubRepositoryFixture[]): Promise<HubServer> {
    const hub = new HubServer(repositories);
    for (const server of [hub.#hub, hub.#storage]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    }
    hub.#origin = originOf(hub.#hub);
    return hub;
  }

  /** Known after the end as well. */
  get endpoint(): URL {
    return new URL(this.#origin);
  }

  get storageOrigin(): string {
    return originOf(this.#storage);
  }

  get sentBytes(): number {
    return this.requests.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of [this.#hub, this.#storage]) {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  }

  #serve(
    name: 'hub' | 'storage',
    answer: (url: URL, request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
  ): Server {
    const handle = async (request: IncomingMessage, response: ServerResponse) => {
      const url = new URL(request.url ?? '/', 'http://hub');
      const record: ServedRequest = {
        server: name,
        path: url.pathname,
        headers: request.headers,
        sentBytes: 0,
      };
      this.requests.push(record);
      countBytes(response, record);
      if (this.latencyMs > 0) await wait(this.latencyMs);
      const faulty: FaultRequest = {
        server: name,
        url,
        headers: request.headers,
        file: name === 'storage' ? this.#fileOfStorage(url) : undefined,
        range: rangeOf(request),
        count: this.requests.filter(({ server }) => server === name).length,
      };
      if (this.fault && (await this.fault(faulty, response))) return;
      await answer(url, request, response);
    };
    const server = createServer((request, response) => {
      handle(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    server.on('connection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    return server;
  }

  #answer(url: URL, request: IncomingMessage, response: ServerResponse): void {
    const info = /^\/api\/models\/([^/]+\/[^/]+)(?:\/revision\/[^/]+)?$/.exec(url.pathname);
    const tree = /^\/api\/models\/([^/]+\/[^/]+)\/tree\/[^/]+$/.exec(url.pathname);
    const resolve = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname);
    if (url.pathname === '/api/models') {
      sendList([...this.#repositories.values()], url, this.#origin, response);
      return;
    }
    const cached = /^\/api\/resolve-cache\/models\/([^/]+\/[^/]+)\/[^/]+\/README\.md$/.exec(url.pathname);
    const id = (info ?? tree ?? resolve ?? cached)?.[1];
    const repository = this.#repositories.get(id ?? '');
    if (!repository) {
      refuse(response, 401, 'RepoNotFound', 'Invalid username or password.');
    } else if (repository.renamedTo !== undefined) {
      response.writeHead(307, {
        location: url.href.replace('http://hub', '').replace(repository.id, repository.renamedTo),
      });
      response.end();
    } else if (cached) {
      response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(readmeOf(repository));
    } else if (info) {
      sendJson(response, this.#info(repository, url.searchParams.get('blobs') === 'true'));
    } else if (tree) {
      this.#sendTree(repository, url, response);
    } else {
      this.#redirect(repository, decodeURIComponent(resolve?.[3] ?? ''), request, response);
    }
  }

  #info(repository: HubRepositoryFixture, blobs: boolean): object {
    const { licence, files, card, withoutBlobs = false } = repository;
    return {
      ...figuresOf(repository),
      sha: this.commit,
      cardData: licence ? { license: licence } : undefined,
      siblings: [
        {
          rfilename: '.gitattributes',
          ...(blobs && { size: 1519, blobId: 'a6344aac8c09253b3b630fb776ae94478aa0275b' }),
        },
        ...(card === undefined
          ? []
          : [
              {
                rfilename: 'README.md',
                ...(blobs && { size: Buffer.byteLength(readmeOf(repository)), blobId: blobId('README.md') }),
              },
            ]),
        ...files.map(({ path, sizeBytes, sha256 }) => ({
          rfilename: path,
          ...(blobs &&
            !withoutBlobs && {
              size: sizeBytes,
              blobId: blobId(path),
              lfs: { sha256, size: sizeBytes, pointerSize: 135 },
            }),
        })),
      ],
    };
  }

  #sendTree({ files }: HubRepositoryFixture, url: URL, response: ServerResponse): void {
    const start = Number(url.searchParams.get('cursor') ?? 0);
    const page = files.slice(start, start + TREE_PAGE).map(({ path, sizeBytes, sha256 }) => ({
      type: 'file',
      oid: blobId(path),
      size: sizeBytes,
      lfs: { oid: sha256, size: sizeBytes, pointerSize: 135 },
      xetHash: 'f'.repeat(64),
      path,
    }));
    const next = start + TREE_PAGE;
    if (next < files.length) {
      response.setHeader(
        'link',
        `<${originOf(this.#hub)}${url.pathname}?recursive=true&cursor=${next}>; rel="next"`,
      );
    }
    sendJson(response, page);
  }

  #redirect(
    { id, gated, files, card }: HubRepositoryFixture,
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const file = files.find((candidate) => candidate.path === path);
    if (gated && request.headers.authorization !== `Bearer ${TOKEN}`) {
      refuse(
        response,
        request.headers.authorization ? 403 : 401,
        'GatedRepo',
        `Access to model ${id} is restricted.`,
      );
    } else if (card !== undefined && path === 'README.md') {
      // Small files that are no LFS files come from a cache of the Hub itself.
      response.writeHead(307, { location: `/api/resolve-cache/models/${id}/${this.commit}/README.md` }).end();
    } else if (!file) {
      refuse(response, 404, 'EntryNotFound', 'Entry not found');
    } else {
      const body = 'Found. Redirecting';
      response.writeHead(302, {
        'content-length': body.length,
        location: this.storageAddress(file),
        'x-repo-commit': this.commit,
        'x-linked-size': file.sizeBytes,
        'x-linked-etag': `"${file.sha256}"`,
        'x-xet-hash': 'f'.repeat(64),
      });
      response.end(body);
    }
  }

  storageAddress(file: ServedFile): string {
    return `${originOf(this.#storage)}/xet-bridge/${file.sha256}?Expires=1&Signature=secret`;
  }

  #fileOfStorage(url: URL): ServedFile | undefined {
    const sha256 = url.pathname.split('/').at(-1);
    return [...this.#repositories.values()]
      .flatMap(({ files }) => files)
      .find((file) => file.sha256 === sha256);
  }

  async #sendRange(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = this.#fileOfStorage(url);
    const range = rangeOf(request);
    if (!file) return void response.writeHead(403).end('<Error>AccessDenied</Error>');
    const etag = storageEtag(file);
    const condition = request.headers['if-range'];
    if (!range || (condition !== undefined && condition !== etag)) {
      response.writeHead(200, { 'content-length': file.sizeBytes, etag });
      return this.#stream(file, 0, file.sizeBytes, response);
    }
    const { start, last } = range;
    if (start >= file.sizeBytes) {
      return void response.writeHead(416, { 'content-range': `bytes */${file.sizeBytes}` }).end();
    }
    const end = Math.min(last + 1, file.sizeBytes);
    response.writeHead(206, rangeHeaders(file, start, end - 1));
    await this.#stream(file, start, end, response);
  }

  /** No faster than the connection may be, and never more than a piece ahead of whoever reads. */
  async #stream(file: ServedFile, start: number, end: number, response: ServerResponse): Promise<void> {
    // Whoever has enough closes the connection.
    await pipeline(Readable.from(this.#pieces(file, start, end)), response).catch(() => undefined);
  }

  async *#pieces(file: ServedFile, start: number, end: number): AsyncGenerator<Uint8Array> {
    const beganMs = performance.now();
    for (let at = start; at < end; at += PIECE_BYTES) {
      const piece = await file.read(at, Math.min(PIECE_BYTES, end - at));
      yield piece;
      if (this.connectionBytesPerSecond === null) continue;
      const dueMs = ((at + piece.length - start) / this.connectionBytesPerSecond) * 1000;
      const waitMs = dueMs - (performance.now() - beganMs);
      if (waitMs > 5) await wait(waitMs);
    }
  }
}

function readmeOf({ licence, card = '' }: HubRepositoryFixture): string {
  return `---\nlicense: ${licence ?? 'unknown'}\ntags:\n- gguf\n---\n${card}`;
}
