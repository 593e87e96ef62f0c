import { problemError } from '../../contract/problem.ts';
import {
  judgeAnswer,
  type AnswerHead,
  type Asked,
  type Identity,
  type Verdict,
} from '../../domain/download-plan/judge-answer.ts';
import type { Egress } from '../hub/egress/egress.ts';
import type { EgressResponse } from '../hub/egress/egress-response.ts';

export interface AddressOptions {
  url: URL;
  /** It was given by a person and need not be the Hub's. */
  isGiven: boolean;
  sizeBytes: number | null;
  sha256: string | null;
  egress: () => Promise<Egress>;
}

/** A judged answer; its body is still to be read or discarded. */
export interface Judged {
  verdict: Verdict;
  response: EgressResponse;
  /** It came from where the first address leads to, which may have expired. */
  isStorage: boolean;
}

const MAX_REDIRECTS = 5;

/**
 * Where a file is. The first address stays; the one it leads to is signed and good for an hour or so, and is asked for
 * again whenever it does not serve any more: the file stays the same.
 */
export class FileAddress {
  readonly #options: AddressOptions;
  #storage: URL | null = null;
  #known: Identity;

  constructor(options: AddressOptions, etag: string | null = null) {
    this.#options = options;
    this.#known = { sizeBytes: options.sizeBytes, etag };
  }

  get known(): Identity {
    return this.#known;
  }

  /** The next request asks the first address again. Where a checksum tells what the file is, another ETag is no other file. */
  forget(): void {
    this.#storage = null;
    if (this.#options.sha256 !== null) this.#known = { ...this.#known, etag: null };
  }

  /** From the server's answer to the first request on, the file is this one. */
  learn(sizeBytes: number | null, etag: string | null): void {
    this.#known = { sizeBytes: this.#known.sizeBytes ?? sizeBytes, etag: this.#known.etag ?? etag };
  }

  /** Follows where the address leads to and remembers it. Throws what `Egress.get` throws, and `hub.fileChanged`. */
  async ask(asked: Asked, signal: AbortSignal): Promise<Judged> {
    const egress = await this.#options.egress();
    let url = this.#storage ?? this.#options.url;
    for (let hops = 0; ; hops++) {
      const response = await this.#get(egress, url, asked, signal);
      const verdict = judgeAnswer(asked, headOf(response), this.#known);
      const isStorage = url.href !== this.#options.url.href;
      if (verdict.kind !== 'elsewhere') {
        if (verdict.kind === 'part' || verdict.kind === 'whole') this.#storage = url;
        return { verdict, response, isStorage };
      }
      if (hops === 0 && !isStorage) this.#checkLink(response);
      const next = locationOf(response, url);
      await response.skip();
      if (next === null || hops >= MAX_REDIRECTS) {
        const reason =
          next === null
            ? 'it sends us on without saying where to'
            : 'it sends us on from one address to the next';
        return { verdict: { kind: 'unusable', reason }, response, isStorage };
      }
      url = next;
    }
  }

  #get(egress: Egress, url: URL, { start, last }: Asked, signal: AbortSignal): Promise<EgressResponse> {
    const { etag } = this.#known;
    // A weak ETag is none for If-Range; it is compared all the same when the answer comes.
    const isStrong = etag !== null && !etag.startsWith('W/');
    const headers =
      last === null ? {} : { range: `bytes=${start}-${last}`, ...(isStrong && { 'if-range': etag }) };
    return egress.get(url, {
      headers,
      isLong: true,
      // Whoever reads takes what was asked for and cuts off the rest.
      maxBytes: Infinity,
      signal,
      ...(this.#options.isGiven && { givenAddress: this.#options.url }),
    });
  }

  /** What the Hub itself says of a file it sends us on for. */
  #checkLink(response: EgressResponse): void {
    const { sizeBytes, sha256, url } = this.#options;
    const size = response.header('x-linked-size');
    const linked = response.header('x-linked-etag')?.replaceAll('"', '');
    const isOther =
      (size !== null && sizeBytes !== null && Number(size) !== sizeBytes) ||
      (linked !== undefined && sha256 !== null && linked.length === sha256.length && linked !== sha256);
    if (!isOther) return;
    response.discard();
    const reason = 'Its size or its checksum is another than the one that was listed';
    throw problemError('hub.fileChanged', { path: url.pathname, reason });
  }
}

function headOf(response: EgressResponse): AnswerHead {
  return {
    status: response.status,
    contentRange: response.header('content-range'),
    contentLength: response.header('content-length'),
    contentType: response.header('content-type'),
    contentEncoding: response.header('content-encoding'),
    etag: response.header('etag'),
  };
}

function locationOf(response: EgressResponse, from: URL): URL | null {
  const location = response.header('location');
  return location !== null && URL.canParse(location, from.href) ? new URL(location, from) : null;
}
