import { isHubName, isHubReference } from '../../contract/hub-reference.ts';
import { problemError } from '../../contract/problem.ts';
import { shortText } from '../../domain/gguf/malformed.ts';
import { isLoopback } from '../hub/egress/allowed-hosts.ts';
import { parseHubReference } from '../hub/reference.ts';

/** What a person asked for: files of a repository on the Hub, or one at any address. */
export type Source =
  | { kind: 'hub'; owner: string; name: string; level: string | null; path: string | null }
  | { kind: 'address'; url: URL };

/** Reads `hf:owner/name[:level]`, the address of a file on the Hub's pages, or any https address. */
export function readSource(text: string, path: string | null): Source {
  const source = text.trim();
  if (isHubReference(source)) return { kind: 'hub', ...parseHubReference(source), path };
  const refuse = (reason: string) =>
    problemError('download.badAddress', { source: shortText(source, 100), reason });
  if (!URL.canParse(source)) throw refuse('It begins with neither hf: nor https://');
  const url = new URL(source);
  const isOnThisComputer = url.protocol === 'http:' && isLoopback(url);
  if (url.protocol !== 'https:' && !isOnThisComputer) throw refuse('It does not begin with https://');
  if (url.username !== '' || url.password !== '') throw refuse('It holds a user name or a password');
  url.hash = '';
  return hubFile(url) ?? { kind: 'address', url };
}

/** `huggingface.co/owner/name/blob/main/FILE` is meant as a file of the repository: it has a checksum there. */
function hubFile(url: URL): Source | null {
  if (!['huggingface.co', 'www.huggingface.co', 'hf.co'].includes(url.hostname)) return null;
  const [owner = '', name = '', view, revision, ...path] = url.pathname.split('/').slice(1).map(decode);
  const isFile = (view === 'blob' || view === 'resolve') && revision !== undefined && path.length > 0;
  if (!isFile || !isHubName(owner) || !isHubName(name)) return null;
  return { kind: 'hub', owner, name, level: null, path: path.join('/') };
}

/** Of a segment of an address; as it is where it is no encoded text. */
export function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
