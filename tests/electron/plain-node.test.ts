/** The built desktop app as a process of its own: plain Node, in which the module `electron` is the stand-in. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';

const root = join(import.meta.dirname, '../..');

async function evaluate(child: ChildProcess, expression: string): Promise<unknown> {
  child.send({ evaluate: expression });
  const [{ result, error }] = (await once(child, 'message')) as [{ result?: unknown; error?: string }];
  return error ?? result;
}

it('opens its window, reaches the core and ends', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'nibble-plain-'));
  const child = fork(join(root, 'out/main/electron.js'), ['--data-dir', dataDir], {
    execArgv: ['--import', join(root, 'tests/helpers/electron-double/plain-node-child.ts')],
    silent: true,
  });
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await vi.waitFor(
    async () =>
      expect(await evaluate(child, "document.querySelector('textarea')?.ariaLabel")).toBe('Message'),
    20_000,
  );
  expect(await evaluate(child, 'document.title')).toContain('Nibble');
  child.send({ quit: true });
  const [code] = (await once(child, 'exit')) as [number];
  rmSync(dataDir, { recursive: true });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
