import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFileLogger } from '../../../../src-main/services/logging/file-logger.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nibble-log-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

describe('createFileLogger', () => {
  it('writes JSON lines that only the owner can read, and nothing before the first one', async () => {
    const logs = join(dir, 'logs');
    const log = createFileLogger(logs);
    await expect(stat(logs)).rejects.toThrow('ENOENT');
    log.warn('a thing happened', { count: 3 });
    const text = await vi.waitFor(() => readFile(join(logs, 'nibble.log'), 'utf8').then(firstLine));
    expect(JSON.parse(text)).toMatchObject({ msg: 'a thing happened', count: 3, level: 40 });
    expect((await stat(join(logs, 'nibble.log'))).mode & 0o777).toBe(0o600);
    expect((await stat(logs)).mode & 0o777).toBe(0o700);
  });

  it('puts a large log aside', async () => {
    await writeFile(join(dir, 'nibble.log'), 'x'.repeat(6 * 2 ** 20));
    createFileLogger(dir).info('new');
    const text = await vi.waitFor(() => readFile(join(dir, 'nibble.log'), 'utf8').then(firstLine));
    expect(text).toContain('"msg":"new"');
    expect(text.length).toBeLessThan(1000);
    expect((await stat(join(dir, 'nibble.1.log'))).size).toBe(6 * 2 ** 20);
  });

  it('stays silent where it cannot write', async () => {
    await writeFile(join(dir, 'file'), '');
    createFileLogger(join(dir, 'file', 'logs')).error('lost');
    await new Promise(setImmediate);
  });
});

function firstLine(text: string): string {
  if (!text.startsWith('{')) throw new Error('nothing was written yet');
  return text;
}
