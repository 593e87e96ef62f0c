import type { GgufHeader } from '../../../domain/gguf/types.ts';

/** Vocabularies and merges, nearly all of a header's bytes, are of use to the engine only. */
export const LONGEST_KEPT_ARRAY = 1024;

/** What of a header planning needs. */
export function planHeader(header: GgufHeader): GgufHeader {
  const metadata = new Map(
    [...header.metadata].filter(
      ([, value]) => typeof value !== 'object' || value.length <= LONGEST_KEPT_ARRAY,
    ),
  );
  const types = new Map([...header.types].filter(([key]) => metadata.has(key)));
  return { ...header, metadata, types };
}
