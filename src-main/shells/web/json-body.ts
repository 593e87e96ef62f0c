import type { IncomingMessage } from 'node:http';
import type { Refusal } from './request-guard.ts';

/** The longest message is a million characters, up to four bytes each. */
const MAX_BODY_BYTES = 10_000_000;
/** Of all bodies being received at one time, so that many requests cannot fill the memory together. */
const MAX_TOTAL_BYTES = 32_000_000;
/** The contract's own values nest six deep. */
const MAX_DEPTH = 64;

export type JsonBody = { value: unknown } | { refusal: Refusal };

/** Reads JSON bodies within bounds. One reader serves all requests, because the bound on their sum is shared. */
export class JsonBodyReader {
  #bytes = 0;

  async read(request: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<JsonBody> {
    if (mediaType(request) !== 'application/json') return refuse(415, 'Only JSON is read here.');
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLarge;
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      // Leaving the loop early must not take the connection down before the refusal is sent.
      const received = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
      for await (const chunk of received) {
        size += chunk.length;
        this.#bytes += chunk.length;
        if (size > maxBytes) return tooLarge;
        if (this.#bytes > MAX_TOTAL_BYTES) return refuse(503, 'Too much is being sent at once.');
        chunks.push(chunk);
      }
    } finally {
      this.#bytes -= size;
    }
    return parse(Buffer.concat(chunks));
  }
}

const tooLarge = refuse(413, `A request may have ${MAX_BODY_BYTES / 1_000_000} MB.`);

function parse(bytes: Buffer): JsonBody {
  if (nestsTooDeep(bytes)) return refuse(400, `JSON may nest ${MAX_DEPTH} deep.`);
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return refuse(400, 'This is not JSON.');
    throw error;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const openers: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const closers: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** Checked before parsing: whatever walks the value afterwards (validation, logging) may recurse. */
export function nestsTooDeep(bytes: Uint8Array, limit = MAX_DEPTH): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (openers.has(byte) && ++depth > limit) return true;
    else if (closers.has(byte)) depth--;
  }
  return false;
}

function mediaType(request: IncomingMessage): string | undefined {
  return request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
}

function refuse(status: number, reason: string): JsonBody {
  return { refusal: { status, reason } };
}
