/**
 * The window's files. The list is read from the folder once, at start, and a request only ever looks up its path in
 * that list: no path from outside is joined to a folder, so there is nothing to traverse.
 */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { problemError } from '../../contract/problem.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** Vite puts files whose name carries a hash of their content here. */
const hashedFolder = '/assets/';

export interface StaticFile {
  mediaType: string;
  cacheControl: string;
  /** Read at the first call and kept: a window is about a megabyte. */
  read(): Promise<Buffer<ArrayBuffer>>;
}

export type StaticFiles = ReadonlyMap<string, StaticFile>;

/** Throws `app.notBuilt` when the folder holds no `index.html`. Files of a kind that is not listed are left out. */
export function listStaticFiles(folder: string): StaticFiles {
  const files = new Map<string, StaticFile>();
  for (const path of filesBelow(folder)) {
    const mediaType = mediaTypes[extname(path)];
    if (mediaType === undefined) continue;
    const urlPath = `/${relative(folder, path).split(sep).map(encodeURIComponent).join('/')}`;
    files.set(urlPath, staticFile(path, urlPath, mediaType));
  }
  const index = files.get('/index.html');
  if (index === undefined) throw problemError('app.notBuilt', { path: folder });
  return files.set('/', index);
}

/**
 * Takes all files into memory. A new build may replace them while Nibble runs, and the window loads
 * some of its pages only when they are opened.
 */
export async function readAhead(files: StaticFiles): Promise<void> {
  // One that cannot be read now is tried again, and reported, when it is asked for.
  await Promise.allSettled([...files.values()].map((file) => file.read()));
}

/** Regular files only: a link could lead out of the folder. */
function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    throw problemError('app.notBuilt', { path: folder }, error);
  }
}

function staticFile(path: string, urlPath: string, mediaType: string): StaticFile {
  let content: Promise<Buffer<ArrayBuffer>> | null = null;
  return {
    mediaType,
    cacheControl: urlPath.startsWith(hashedFolder) ? 'public, max-age=31536000, immutable' : 'no-store',
    read() {
      content ??= readFile(path).catch((error: unknown) => {
        content = null;
        throw error;
      });
      return content;
    },
  };
}
