const ENDING = '.gguf';

/** The last part of the path, or of what the query names where only that is a model: `/get?file=folder/x.gguf`. */
export function fileNameIn(url: URL): string {
  const last = lastOfPath(url);
  const named = [last, ...[...url.searchParams.values()].map(lastSegment)].find((name) =>
    name.toLowerCase().endsWith(ENDING),
  );
  return named ?? `${last || 'model'}${ENDING}`;
}

/** The same address with another name in the place of `fileName`, as the other parts of a split model have. */
export function withFileName(url: URL, fileName: string, name: string): URL {
  const other = new URL(url);
  if (name === fileName) return other;
  if (lastOfPath(url) === fileName) {
    other.pathname = [...url.pathname.split('/').slice(0, -1), encodeURIComponent(name)].join('/');
    return other;
  }
  for (const [key, value] of url.searchParams) {
    if (lastSegment(value) === fileName) other.searchParams.set(key, value.slice(0, -fileName.length) + name);
  }
  return other;
}

function lastSegment(path: string): string {
  return path.split('/').at(-1) ?? '';
}

/** As it is where it is no encoded text. */
function lastOfPath({ pathname }: URL): string {
  const last = lastSegment(pathname);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
