import { setTimeout as wait } from 'node:timers/promises';
import { problemError, ProblemError } from '../../../contract/problem.ts';
import type { Egress } from '../egress/egress.ts';
import type { EgressResponse } from '../egress/egress-response.ts';
import { refusal } from '../refusals.ts';
import { parseContentRange } from '../../../domain/download-plan/content-range.ts';

export interface RemoteFile {
  /** In problems: `hf:owner/name/path`. */
  name: string;
  /** `owner/name` */
  repository: string;
  isGated: boolean;
  /** Within the repository. */
  path: string;
  /** Where the Hub is asked for it. */
  url: URL;
  sizeBytes: number;
  sha256: string | null;
}

/** Before the second and third attempt. Only what failed on the way is tried again, never what was answered. */
const RETRY_AFTER_MS = [100, 500];

/**
 * Reads parts of one remote file, exactly or not at all. The Hub is asked once where the bytes are and sends us on to
 * its storage; that address is kept until it expires. All parts come from the same bytes: the size is the one that was
 * listed, and the storage's ETag stays what it was for the first part. (It is not the sha256; the Hub tells that in
 * `X-Linked-ETag` of the redirect, and it is compared with the listed one.)
 */
export class RangeReader {
  readonly file: RemoteFile;
  readonly #egress: Egress;
  readonly #signal: AbortSignal | undefined;
  #storage: URL | null = null;
  #etag: string | null = null;

  constructor(egress: Egress, file: RemoteFile, signal?: AbortSignal) {
    this.#egress = egress;
    this.file = file;
    this.#signal = signal;
  }

  /** Exactly the bytes from `start` on; throws a `hub.…` problem for anything else. */
  async read(start: number, length: number): Promise<Buffer> {
    for (const delayMs of RETRY_AFTER_MS) {
      try {
        return await this.#attempt(start, length);
      } catch (error) {
        if (!(error instanceof ProblemError) || error.problem.code !== 'hub.unreachable') throw error;
        await wait(delayMs, undefined, { signal: this.#signal });
      }
    }
    return this.#attempt(start, length);
  }

  async #attempt(start: number, length: number): Promise<Buffer> {
    const response = await this.#ask(start, length);
    try {
      this.#check(response, start, length);
    } catch (error) {
      response.discard();
      throw error;
    }
    const bytes = await response.bytes();
    if (bytes.length === length) return bytes;
    const reason = `the connection ended after ${bytes.length} of ${length} bytes`;
    throw problemError('hub.unreachable', { host: response.host, reason });
  }

  /** The answer to a range request, from wherever the bytes are. */
  async #ask(start: number, length: number): Promise<EgressResponse> {
    if (this.#storage) {
      const response = await this.#get(this.#storage, start, length);
      // A signed address is good for a while, and 400 and 403 are what storages say after that.
      if (![400, 401, 403, 404, 410].includes(response.status)) return response;
      response.discard();
      this.#storage = null;
    }
    const response = await this.#get(this.file.url, start, length);
    if (response.status < 300 || response.status >= 400) return response;
    await response.skip();
    this.#checkLink(response);
    this.#storage = this.#redirectTarget(response);
    return this.#get(this.#storage, start, length);
  }

  #get(url: URL, start: number, length: number): Promise<EgressResponse> {
    // A weak ETag is none for If-Range; it is compared all the same when the answer comes.
    const isStrong = this.#etag !== null && !this.#etag.startsWith('W/');
    const headers = {
      range: `bytes=${start}-${start + length - 1}`,
      ...(isStrong && this.#etag !== null && { 'if-range': this.#etag }),
    };
    return this.#egress.get(url, { headers, maxBytes: length, signal: this.#signal });
  }

  #redirectTarget(response: EgressResponse): URL {
    const location = response.header('location');
    if (location === null || !URL.canParse(location, this.file.url.href)) {
      throw this.#bad(response, 'it sends us on without saying where to');
    }
    return new URL(location, this.file.url);
  }

  #checkLink(response: EgressResponse): void {
    const { sha256, sizeBytes } = this.file;
    const linkedSize = response.header('x-linked-size');
    if (linkedSize !== null && Number(linkedSize) !== sizeBytes)
      throw this.#changed('Its size is another now');
    const linked = response.header('x-linked-etag')?.replaceAll('"', '');
    if (linked !== undefined && sha256 !== null && linked.length === sha256.length && linked !== sha256) {
      throw this.#changed('Its checksum is another now');
    }
  }

  #check(response: EgressResponse, start: number, length: number): void {
    const { status } = response;
    if (status === 200) throw this.#wholeFile(response);
    if (status === 416) throw this.#changed('It is shorter now');
    if (status >= 300 && status < 400)
      throw this.#bad(response, 'it sends us on from one address to the next');
    if (status !== 206) throw this.#refused(response);
    if (!['identity', null].includes(response.header('content-encoding'))) {
      throw this.#bad(response, 'it packed a part of a file, so its place cannot be checked');
    }
    const range = parseContentRange(response.header('content-range'));
    if (!range) throw this.#bad(response, 'it does not say which part of the file it sent');
    if (range.total !== this.file.sizeBytes) throw this.#changed('Its size is another now');
    if (range.start !== start || range.last !== start + length - 1) {
      throw this.#bad(response, 'it sent another part of the file than it was asked for');
    }
    this.#checkEtag(response.header('etag'));
  }

  /** The whole file is never taken: it may have a hundred gigabytes. */
  #wholeFile(response: EgressResponse): ProblemError {
    if (/^text\/html\b/i.test(response.header('content-type') ?? '')) {
      return this.#bad(response, 'it sent a web page instead of the file');
    }
    const etag = response.header('etag');
    if (this.#etag !== null && etag !== null && etag !== this.#etag)
      return this.#changed('Another file has its place');
    return this.#bad(response, 'it sends only whole files, and Nibble reads no more than the beginning');
  }

  #checkEtag(etag: string | null): void {
    if (this.#etag !== null && etag !== null && etag !== this.#etag) {
      throw this.#changed('Another file has its place');
    }
    this.#etag ??= etag;
  }

  #refused(response: EgressResponse): ProblemError {
    const { status } = response;
    if (this.#storage && status < 500 && status !== 429) {
      return this.#bad(response, `it refuses the file, at the address the Hub gave for it (${status})`);
    }
    const { repository, path, isGated } = this.file;
    const { endpoint, hasToken } = this.#egress;
    return refusal(response, { endpoint, repository, path, isGated, hasToken });
  }

  #changed(reason: string): ProblemError {
    return problemError('hub.fileChanged', { path: this.file.name, reason });
  }

  #bad({ host }: EgressResponse, reason: string): ProblemError {
    return problemError('hub.badAnswer', { host, reason });
  }
}
