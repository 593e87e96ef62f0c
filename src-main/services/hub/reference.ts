import { readHubReference, type HubReference } from '../../contract/hub-reference.ts';
import { problemError } from '../../contract/problem.ts';
import { shortText } from '../../domain/gguf/malformed.ts';

/** Reads `hf:owner/name` or `hf:owner/name:level`. Throws `hub.badReference`. */
export function parseHubReference(text: string): HubReference {
  const read = readHubReference(text);
  if (typeof read === 'string')
    throw problemError('hub.badReference', { reference: shortText(text, 100), reason: read });
  return read;
}
