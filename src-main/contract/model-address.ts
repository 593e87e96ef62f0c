import { isHubReference, isRepositoryId, MAX_SEARCH_LENGTH, readHubReference } from './hub-reference.ts';

/** What a person may write where a model is asked for, for the window and the core alike. */
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
  /** Why it is neither an address nor words to search for: a sentence without its full stop. */
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

export function isLoopback(url: URL): boolean {
  return loopbackHosts.has(url.hostname);
}

/**
 * Reads `hf:owner/name[:level]`, the same without `hf:`, an address of a page or file on the Hub, or an https address anywhere, whose
 * name may hide in the query; anything else is words.
 */
export function readModelAddress(typed: string): ModelAddress {
  const text = typed.trim();
  if (isHubReference(text)) return readReference(text);
  // As llama.cpp and others write it.
  const unmarked = readReference(`hf:${text}`);
  if (unmarked.kind === 'repository') return unmarked;
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
  const isLocal = url.protocol === 'http:' && isLoopback(url);
  if (url.protocol !== 'https:' && !isLocal)
    return wrong('It does not begin with https://, so others on the way could hand out another file');
  if (url.username !== '' || url.password !== '') return wrong('It holds a user name or a password');
  if (hubHosts.has(url.hostname))
    return readHubPath(url.pathname) ?? wrong('It does not lead to a repository or a .gguf file on the Hub');
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
  if (isFile && !/\.gguf$/i.test(path ?? '')) return null;
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

function wrong(why: string): ModelAddress {
  return { kind: 'wrong', why };
}
