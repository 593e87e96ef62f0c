/**
 * Names that servers give to files, made into names that no file system takes for anything but a file in the folder it
 * was put into: no separators, no way up, no devices, no controls, no streams, not too long.
 */

/** Of a file name in bytes: 255 is what file systems hold, less what `.part.json` and a number need. */
const MAX_NAME_BYTES = 200;
const MAX_FOLDERS = 4;

/** Windows opens these as devices, with any ending, in any folder. */
const devices = /^(?:con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])$/i;

/** Controls, marks that turn the direction of text, and what Windows or a shell gives a meaning to. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}<>:"/\\|?*]/gu;

/** One name, never empty, whatever `given` is. The ending of a model file is kept. */
export function safeFileName(given: string): string {
  const name = given
    .normalize('NFC')
    .replaceAll(unsafe, '_')
    .replace(/^[\s.]+/u, '')
    .replace(/[\s.]+$/u, '');
  const [stem = ''] = name.split('.');
  return cutToBytes(devices.test(stem.trim()) ? `_${name}` : name === '' ? 'model' : name);
}

/** Folders and name of a file within a repository: `BF16/Model-00001-of-00002.gguf`. At least one name. */
export function safeSegments(path: string): string[] {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
  const name = segments.pop() ?? '';
  return [...segments.slice(0, MAX_FOLDERS), name].map(safeFileName);
}

/** Cuts in the middle of the name and never within a letter; parts of split models keep what tells them apart. */
function cutToBytes(name: string): string {
  if (byteLength(name) <= MAX_NAME_BYTES) return name;
  const ending = /(?:-\d{5}-of-\d{5})?\.gguf$/i.exec(name)?.[0] ?? '';
  let stem = '';
  let bytes = byteLength(ending);
  for (const letter of name.slice(0, name.length - ending.length)) {
    bytes += byteLength(letter);
    if (bytes > MAX_NAME_BYTES) break;
    stem += letter;
  }
  return `${stem.replace(/[\s.]+$/u, '')}${ending}`;
}

/** In UTF-8, which is what file systems count; in UTF-16, as Windows counts, it is never more. */
function byteLength(text: string): number {
  let bytes = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}
