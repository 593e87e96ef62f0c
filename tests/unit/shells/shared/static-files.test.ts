import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ProblemError } from '../../../../src-main/contract/problem.ts';
import { listStaticFiles, readAhead } from '../../../../src-main/shells/shared/static-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nibble-static-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('lists files of known kinds, by path and by nothing else', () => {
  mkdirSync(join(folder, 'assets'));
  for (const name of ['index.html', 'assets/a b.js', 'assets/style.css', 'assets/a.js.map', '.env']) {
    writeFileSync(join(folder, name), name);
  }
  writeFileSync(join(folder, 'outside.js'), 'x');
  symlinkSync(join(folder, 'outside.js'), join(folder, 'link.js'));
  expect([...listStaticFiles(folder).keys()].sort()).toEqual([
    '/',
    '/assets/a%20b.js',
    '/assets/style.css',
    '/index.html',
    '/outside.js',
  ]);
});

it('reads a file at its first use and keeps it', async () => {
  writeFileSync(join(folder, 'index.html'), 'first');
  const file = listStaticFiles(folder).get('/');
  expect(String(await file?.read())).toBe('first');
  writeFileSync(join(folder, 'index.html'), 'second');
  expect(String(await file?.read())).toBe('first');
});

it('keeps what was read ahead when a new build replaces it', async () => {
  writeFileSync(join(folder, 'index.html'), 'first');
  writeFileSync(join(folder, 'page.js'), 'first');
  const files = listStaticFiles(folder);
  await readAhead(files);
  rmSync(join(folder, 'page.js'));
  expect(String(await files.get('/page.js')?.read())).toBe('first');
});

it('tries again after a read that failed', async () => {
  writeFileSync(join(folder, 'index.html'), 'first');
  const file = listStaticFiles(folder).get('/');
  rmSync(join(folder, 'index.html'));
  await expect(file?.read()).rejects.toThrow('ENOENT');
  writeFileSync(join(folder, 'index.html'), 'back');
  expect(String(await file?.read())).toBe('back');
});

it.each(['', 'missing'])('says that the window is not built (%j)', (below) => {
  const attempt = () => listStaticFiles(join(folder, below));
  expect(attempt).toThrow(ProblemError);
  expect(attempt).toThrow('The window of Nibble is missing.');
});
