import fc from 'fast-check';
import { posix, win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { safeFileName, safeSegments } from '../../../../src-main/domain/download-plan/file-names.ts';

const devices = ['CON', 'prn', 'Aux', 'NUL', 'COM1', 'lpt9', 'com¹', 'CONIN$'];

/** What attackers and accidents put into names, among letters. */
const nasty = fc.oneof(
  fc.constantFrom(
    ...[
      '..',
      '.',
      '/',
      '\\',
      '//',
      '../',
      '..\\',
      'C:',
      ':',
      '\0',
      '\n',
      '\u202e',
      '\u200b',
      '~',
      ' ',
      '. ',
      '*',
      '?',
      '"',
    ],
    ...['<', '>', '|', '::$DATA', '%2e%2e', 'file://', '\ud800', '.gguf', '-00001-of-00002.gguf', ...devices],
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('a'.repeat(300), 'é'.repeat(150), '𝄞'.repeat(90)),
);
const systems = [
  { path: posix, folder: '/models' },
  { path: win32, folder: 'C:\\models' },
];

const names = fc.array(nasty, { maxLength: 8 }).map((pieces) => pieces.join(''));

describe('names from servers', () => {
  it('never lead out of the folder they are put into, on any system', () => {
    fc.assert(
      fc.property(names, (given) => {
        const segments = safeSegments(given);
        if (segments.length === 0) throw new Error('no name');
        for (const { path, folder } of systems) {
          const way = path.relative(folder, path.join(folder, 'owner', ...segments));
          if (way !== ['owner', ...segments].join(path.sep)) throw new Error(`${folder}: ${way}`);
        }
      }),
      { numRuns: 10_000 },
    );
  });

  it('are names that every file system takes for a plain file', () => {
    fc.assert(
      fc.property(names, (given) => {
        const name = safeFileName(given);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(201);
        expect(name).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}<>:"/\\|?*]/u);
        expect(name).not.toMatch(/^[\s.]|[\s.]$/u);
        expect(name).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i);
        expect(name.isWellFormed()).toBe(true);
        expect(safeFileName(name)).toBe(name);
      }),
      { numRuns: 10_000 },
    );
  });

  it.each([
    ['Model-Q4_K_M.gguf', 'Model-Q4_K_M.gguf'],
    ['Modèle ä 日本.gguf', 'Modèle ä 日本.gguf'],
    ['../../etc/passwd', '.._.._etc_passwd'.replace(/^\.+/, '')],
    ['CON.gguf', '_CON.gguf'],
    ['', 'model'],
    ['...', 'model'],
    [`${'a'.repeat(300)}-00001-of-00002.gguf`, `${'a'.repeat(180)}-00001-of-00002.gguf`],
  ])('%s becomes %s', (given, expected) => {
    expect(safeFileName(given)).toBe(expected);
  });

  it('keep the folders of a repository', () => {
    expect(safeSegments('BF16/Model-00001-of-00002.gguf')).toEqual(['BF16', 'Model-00001-of-00002.gguf']);
    expect(safeSegments('/../a/./b.gguf')).toEqual(['a', 'b.gguf']);
  });
});
