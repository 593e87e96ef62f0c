/** Every runtime has these; the domain layer is compiled without the types of any of them. */
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The text, or null if `bytes` are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** Whether bytes are valid UTF-8. Runtimes that can tell without making a text of them are much faster than this. */
export type IsUtf8 = (bytes: Uint8Array) => boolean;
export const isDecodable: IsUtf8 = (bytes) => decodeUtf8(bytes) !== null;

/** A lone surrogate has no UTF-8 form; silently replacing it would make a different text. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  if (!text.isWellFormed()) throw new RangeError('text with a lone surrogate has no UTF-8 form');
  return encoder.encode(text);
}
