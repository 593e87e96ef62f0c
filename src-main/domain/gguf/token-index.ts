import { PackedStrings } from './packed-strings.ts';
import { encodeUtf8 } from './utf8.ts';

/** Which texts a vocabulary has. */
export interface TokenIndex {
  has: (text: string) => boolean;
  /** Whether two tokens have the same text. */
  hasTwins: boolean;
}

export function indexTokens(tokens: readonly string[] | PackedStrings): TokenIndex {
  return tokens instanceof PackedStrings ? indexByHash(tokens) : indexByText(tokens);
}

/** An empty token is renamed to its number by the engine, so it may be there many times. */
const engineText = (token: string, id: number) => token || `[EMPTY_${id}]`;

function indexByText(tokens: readonly string[]): TokenIndex {
  const distinct = new Set(tokens.map(engineText));
  return { has: (text) => distinct.has(text), hasTwins: distinct.size !== tokens.length };
}

/** By their hashes, tokens are told apart without a JavaScript string for each. */
function indexByHash(tokens: PackedStrings): TokenIndex {
  const hashes = new Uint32Array(tokens.length);
  tokens.forEach((bytes, start, end, id) => {
    hashes[id] = start === end ? hashOfText(engineText('', id)) : hashOf(bytes, start, end);
  });
  const textOf = (id: number) => engineText(tokens.at(id) ?? '', id);
  return {
    hasTwins: withSameHash(hashes).some((ids) => new Set(ids.map(textOf)).size !== ids.length),
    has: (text) => {
      const hash = hashOfText(text);
      let id = hashes.indexOf(hash);
      while (id >= 0 && textOf(id) !== text) id = hashes.indexOf(hash, id + 1);
      return id >= 0;
    },
  };
}

/** So many bits for a token that few fall on one that is taken. */
const BITS_PER_TOKEN = 16;

/** Numbers of those that share a hash, and so perhaps a text. In a file that was made for it, that can be all of them. */
function withSameHash(hashes: Uint32Array): number[][] {
  // First by the lower bits alone: what is alone there needs no entry in a map.
  const mask = 2 ** Math.min(32, Math.ceil(Math.log2(BITS_PER_TOKEN * hashes.length + 32))) - 1;
  const once = new Uint32Array((mask + 1) / 32);
  const twice = new Uint32Array((mask + 1) / 32);
  for (const hash of hashes) {
    const word = (hash & mask) >>> 5;
    const bit = 1 << (hash & 31);
    const seen = once[word] ?? 0;
    if ((seen & bit) !== 0) twice[word] = (twice[word] ?? 0) | bit;
    once[word] = seen | bit;
  }
  const shared: number[] = [];
  for (let id = 0; id < hashes.length; id++) {
    const hash = hashes[id] ?? 0;
    if (((twice[(hash & mask) >>> 5] ?? 0) & (1 << (hash & 31))) !== 0) shared.push(id);
  }
  return [...Map.groupBy(shared, (id) => hashes[id]).values()].filter((ids) => ids.length > 1);
}

function hashOfText(text: string): number {
  const bytes = encodeUtf8(text);
  return hashOf(new DataView(bytes.buffer), 0, bytes.length);
}

/** FNV-1a over four bytes at a time, its upper bits mixed into the lower ones. */
function hashOf(bytes: DataView, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  let at = start;
  for (; at <= end - 4; at += 4) hash = Math.imul(hash ^ bytes.getUint32(at, true), 0x01000193);
  for (; at < end; at++) hash = Math.imul(hash ^ bytes.getUint8(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
