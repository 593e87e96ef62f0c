import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Sentinel, type Combination } from '../../../../src-main/services/engine-host/sentinel.ts';
import { silentLogger } from '../../../../src-main/services/logging/logger.ts';
import { settings } from '../../../helpers/fake-engine/engine-bench.ts';

const culprit: Combination = { identity: '10:20', name: 'culprit', settings };
const smaller: Combination = { ...culprit, settings: { ...settings, contextSize: 512 } };

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nibble-sentinel-'));
  path = join(folder, 'state', 'loading.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => new Sentinel(path, silentLogger);

it('names what is being loaded, for the owner alone', async () => {
  const umask = process.umask(0);
  await open().add(culprit);
  process.umask(umask);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ loading: [culprit] });
  expect([statSync(path).mode & 0o777, statSync(join(folder, 'state')).mode & 0o777]).toEqual([0o600, 0o700]);
});

it('suspects at the next start exactly what never came to its end', async () => {
  const before = open();
  await before.add(culprit);
  await before.add(smaller);
  await before.remove(smaller);
  expect(await before.isSuspect(culprit)).toBe(false);
  const after = open();
  expect([await after.isSuspect(culprit), await after.isSuspect(smaller)]).toEqual([true, false]);
});

it('keeps a suspect while other models load well', async () => {
  await open().add(culprit);
  const other = open();
  await other.add(smaller);
  await other.remove(smaller);
  expect(await open().isSuspect(culprit)).toBe(true);
});

it('has no file when there is nothing to remember', async () => {
  const sentinel = open();
  await sentinel.add(culprit);
  await sentinel.remove(culprit);
  expect(existsSync(path)).toBe(false);
  await sentinel.add(culprit);
  await sentinel.clear();
  expect([existsSync(path), await open().isSuspect(culprit)]).toEqual([false, false]);
});

it.each(['', '{', '{"loading":[{}]}', 'null'])('takes the damaged file %j for none', async (text) => {
  await open().add(culprit);
  writeFileSync(path, text);
  const sentinel = open();
  expect(await sentinel.isSuspect(culprit)).toBe(false);
  await sentinel.add(smaller);
  expect(await open().isSuspect(smaller)).toBe(true);
});

it('does without a file where none can be written', async () => {
  writeFileSync(join(folder, 'state'), 'a file where the folder should be');
  const sentinel = open();
  await sentinel.add(culprit);
  expect(await sentinel.isSuspect(culprit)).toBe(false);
});
