import { createHash } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServedFile } from './served-file.ts';

/** The storage's own; not the sha256. */
export function storageEtag({ sha256 }: ServedFile): string {
  return `"${createHash('md5').update(sha256).digest('hex')}"`;
}

export function rangeHeaders(file: ServedFile, start: number, last: number): Record<string, string | number> {
  return {
    'content-type': 'application/octet-stream',
    'content-length': last - start + 1,
    'content-range': `bytes ${start}-${last}/${file.sizeBytes}`,
    etag: storageEtag(file),
    'accept-ranges': 'bytes',
  };
}

export function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function rangeOf(request: IncomingMessage): { start: number; last: number } | null {
  const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  return match ? { start: Number(match[1]), last: Number(match[2]) } : null;
}

export function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, {
    'x-error-code': code,
    'x-error-message': message,
    'content-type': 'application/json',
  });
  response.end(JSON.stringify({ error: message }));
}

export function sendJson(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

export function blobId(path: string): string {
  return createHash('sha1').update(path).digest('hex');
}

/** What is written to a response, whoever writes it. */
export function countBytes(response: ServerResponse, record: { sentBytes: number }): void {
  for (const method of ['write', 'end'] as const) {
    const original = response[method].bind(response) as (...values: unknown[]) => unknown;
    response[method] = ((chunk: unknown, ...rest: unknown[]) => {
      if (typeof chunk === 'string' || chunk instanceof Uint8Array)
        record.sentBytes += Buffer.byteLength(chunk);
      return original(chunk, ...rest);
    }) as never;
  }
}
