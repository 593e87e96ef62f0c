import { isHubReference } from '../../contract/hub-reference.ts';
import { readModelAddress } from '../../contract/model-address.ts';
import { problemError } from '../../contract/problem.ts';
import { shortText } from '../../domain/gguf/malformed.ts';
import { parseHubReference } from '../hub/reference.ts';

/** What a person asked for: files of a repository on the Hub, or one at any address. */
export type Source =
  | { kind: 'hub'; owner: string; name: string; level: string | null; path: string | null }
  | { kind: 'address'; url: URL };

/**
 * A file on the Hub's pages is meant as one of its repository: it has a checksum there. `path` names one of several. Throws
 * `download.badAddress` or `hub.badReference`.
 */
export function readSource(text: string, path: string | null): Source {
  const source = text.trim();
  if (isHubReference(source)) return { kind: 'hub', ...parseHubReference(source), path };
  const address = readModelAddress(source);
  const refuse = (reason: string) =>
    problemError('download.badAddress', { source: shortText(source, 100), reason });
  switch (address.kind) {
    case 'repository': {
      const [owner = '', name = ''] = address.repository.split('/');
      return { kind: 'hub', owner, name, level: address.level, path: path ?? address.path };
    }
    case 'file':
      return { kind: 'address', url: new URL(address.url) };
    case 'words':
      throw refuse('It begins with neither hf: nor https://');
    case 'wrong':
      throw refuse(address.why);
    default:
      return address satisfies never;
  }
}
