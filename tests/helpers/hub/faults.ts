/** Ways in which a server or what lies before it fails. Each answers requests of the storage unless it says otherwise. */
import type { Fault, FaultRequest } from './hub-server.ts';
import { rangeHeaders, storageEtag } from './wire.ts';
import type { ServerResponse } from 'node:http';
import type { ServedFile } from './served-file.ts';

interface RangeRequest extends FaultRequest {
  file: ServedFile;
  range: { start: number; last: number };
}

type Answer = (request: RangeRequest, response: ServerResponse) => void | Promise<void>;

function isRange(request: FaultRequest): request is RangeRequest {
  return request.server === 'storage' && request.file !== undefined && request.range !== null;
}

/** Every range request is answered so. */
export function always(answer: Answer): Fault {
  return async (request, response) => {
    if (!isRange(request)) return false;
    await answer(request, response);
    return true;
  };
}

/** Only range request number `which`, from 1. */
export function only(which: number, answer: Answer): Fault {
  return async (request, response) => {
    if (!isRange(request) || request.count !== which) return false;
    await answer(request, response);
    return true;
  };
}

/** Requests to the Hub itself whose path `pattern` matches. */
export function onHub(pattern: RegExp, answer: (response: ServerResponse) => void): Fault {
  return (request, response) => {
    if (request.server !== 'hub' || !pattern.test(request.url.pathname)) return false;
    answer(response);
    return true;
  };
}

export const status =
  (code: number, headers: Record<string, string> = {}) =>
  (_: unknown, response: ServerResponse) => {
    response.writeHead(code, headers).end('<Error/>');
  };

/** Sends `bytes` of what was asked for and cuts the connection. */
export const cutAfter =
  (bytes: number): Answer =>
  async ({ file, range }, response) => {
    response.writeHead(206, rangeHeaders(file, range.start, range.last));
    response.write(await file.read(range.start, bytes), () => response.destroy());
  };

export const cutAtOnce: Answer = (_, response) => void response.destroy();

/** Says nothing at all. */
export const silence: Answer = () => undefined;

/** Sends the head and one byte, then nothing. */
export const stall: Answer = async ({ file, range }, response) => {
  response.writeHead(206, rangeHeaders(file, range.start, range.last));
  response.write(await file.read(range.start, 1));
};

/** One byte every 20 ms, for ever. */
export const drip: Answer = ({ file, range }, response) => {
  response.writeHead(206, rangeHeaders(file, range.start, range.last));
  const timer = setInterval(() => response.write('G'), 20);
  response.once('close', () => clearInterval(timer));
};

/** The right bytes under changed headers; undefined takes one away. */
export const withHeaders =
  (change: (request: RangeRequest) => Record<string, string | undefined>): Answer =>
  async (request, response) => {
    const { file, range } = request;
    const headers = { ...rangeHeaders(file, range.start, range.last), ...change(request) };
    const kept = Object.entries(headers).filter(
      (entry): entry is [string, string | number] => entry[1] !== undefined,
    );
    response.writeHead(206, Object.fromEntries(kept));
    response.end(await file.read(range.start, range.last - range.start + 1));
  };

/** Fewer or more bytes than the range has, in a body that ends as if all was well. */
export const bodyOfLength =
  (change: number): Answer =>
  async ({ file, range }, response) => {
    const length = range.last - range.start + 1 + change;
    const headers = { ...rangeHeaders(file, range.start, range.last), 'content-length': length };
    response.writeHead(206, headers).end(await file.read(range.start, length));
  };

export const wholeFile: Answer = async ({ file }, response) => {
  response.writeHead(200, { 'content-length': file.sizeBytes, etag: storageEtag(file) });
  response.write(await file.read(0, 65_536));
};

export const webPage: Answer = (_, response) => {
  response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    .end('<html>Log in to the network</html>');
};

export const otherBytes: Answer = ({ file, range }, response) => {
  response.writeHead(206, rangeHeaders(file, range.start, range.last));
  response.end(Buffer.alloc(range.last - range.start + 1, 'PK\x03\x04'));
};

/** One bit of the file is another one, for a range that has the byte at `offset`. */
export const flippedByte =
  (offset: number): Answer =>
  async ({ file, range }, response) => {
    const bytes = Buffer.from(await file.read(range.start, range.last - range.start + 1));
    const at = Math.min(offset, bytes.length - 1);
    bytes[at] = (bytes[at] ?? 0) ^ 0x10;
    response.writeHead(206, rangeHeaders(file, range.start, range.last)).end(bytes);
  };
