import {
  isHubReference,
  isRepositoryId,
  MAX_SEARCH_LENGTH,
  readHubReference,
} from '$contract/hub-reference.ts';

/** What a person may write where a model is asked for. */
export type ModelAddress =
  | {
      kind: 'repository';
      /** `owner/name` on the Hub. */
      repository: string;
      level: string | null;
      /** One file of it, where the address named one. */
      path: string | null;
    }
  /** A file on any other server. */
  | { kind: 'file'; url: string }
  /** No address: words to search for. */
  | { kind: 'words'; words: string }
  /** A sentence on why it is neither an address nor words to search for. */
  | { kind: 'wrong'; why: string };

/** First words of addresses on the Hub that no account can have. */
const otherPages = new Set([
  'api',
  'blog',
  'collections',
  'datasets',
  'docs',
  'models',
  'papers',
  'settings',
  'spaces',
]);
const hubHosts = new Set(['huggingface.co', 'www.huggingface.co', 'hf.co']);
const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Reads `hf:owner/name[:level]`, `owner/name`, an address of a page or file on the Hub, or the https address of a .gguf
 * file anywhere; anything else is words.
 */
export function readModelAddress(typed: string): ModelAddress {
  const text = typed.trim();
  if (isHubReference(text)) return readReference(text);
  if (isRepositoryId(text)) return { kind: 'repository', repository: text, level: null, path: null };
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return readUrl(text);
  if (/^(?:www\.)?(?:huggingface|hf)\.co\//i.test(text)) return readUrl(`https://${text}`);
  return text.length > MAX_SEARCH_LENGTH
    ? wrong(`A search takes ${MAX_SEARCH_LENGTH} letters at most`)
    : { kind: 'words', words: text };
}

function readReference(text: string): ModelAddress {
  const read = readHubReference(text);
  if (typeof read === 'string') return wrong(read);
  return { kind: 'repository', repository: `${read.owner}/${read.name}`, level: read.level, path: null };
}

function readUrl(text: string): ModelAddress {
  if (!URL.canParse(text)) return wrong('It is not an address');
  const url = new URL(text);
  const isLocal = url.protocol === 'http:' && loopbackHosts.has(url.hostname);
  if (url.protocol !== 'https:' && !isLocal)
    return wrong('It does not begin with https://, so others on the way could hand out another file');
  if (url.username !== '' || url.password !== '') return wrong('It holds a user name or a password');
  if (hubHosts.has(url.hostname))
    return readHubPath(url.pathname) ?? wrong('It does not lead to a repository or a .gguf file on the Hub');
  if (!isGguf(decoded(url.pathname))) return wrong('It does not lead to a .gguf file');
  url.hash = '';
  return { kind: 'file', url: url.href };
}

/** `/owner/name`, `/owner/name/tree/main`, `/owner/name/blob/main/FILE`, `/owner/name/resolve/main/FILE`. */
function readHubPath(pathname: string): ModelAddress | null {
  const [owner = '', name = '', view, revision, ...rest] = pathname.split('/').filter((part) => part !== '');
  const repository = `${owner}/${name}`;
  if (!isRepositoryId(repository) || otherPages.has(owner)) return null;
  const isFile = (view === 'blob' || view === 'resolve') && revision !== undefined && rest.length > 0;
  const path = isFile ? decoded(rest.join('/')) : null;
  if (isFile && !isGguf(path)) return null;
  return { kind: 'repository', repository, level: null, path };
}

/** Null for what is no encoded text. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function isGguf(path: string | null): boolean {
  return path !== null && /\.gguf$/i.test(path);
}

function wrong(why: string): ModelAddress {
  return { kind: 'wrong', why: `${why}.` };
}
