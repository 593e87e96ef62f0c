import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { question } from './questions.ts';
import { ShellProcess } from './shell-process.ts';

const root = join(import.meta.dirname, '../..');
let dataDir: string;

test.beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'nibble-commands-'));
});
test.afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const start = (...args: string[]) => new ShellProcess(join(root, 'build/start.mjs'), args);

test('npm start prints one line when the page is ready and ends cleanly', async () => {
  const shell = start('--web', '--no-open', '--port', '0', '--data-dir', dataDir);
  const link = await shell.link();
  expect((await fetch(link)).status).toBe(200);
  expect(await shell.end()).toBe(0);
  expect(shell.stdout).toBe(`Nibble: ${link}\n`);
  expect(shell.stderr).toContain('as asked with --web');
});

test('npm start works from any folder, in one whose name has spaces and foreign letters', async () => {
  const clone = join(dataDir, 'mein Nibble ü');
  for (const name of ['build', 'package.json', 'package-lock.json', 'electron.vite.config.ts']) {
    cpSync(join(root, name), join(clone, name), { recursive: true, preserveTimestamps: true });
  }
  for (const name of ['out', 'resources', 'src-main', 'src-renderer']) {
    symlinkSync(join(root, name), join(clone, name), 'junction');
  }
  // A folder of its own: should the start decide to install, it would replace links and not what they lead to.
  mkdirSync(join(clone, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    const [from, to] = [join(root, 'node_modules', name), join(clone, 'node_modules', name)];
    if (name.startsWith('.nibble') || name === '.package-lock.json')
      cpSync(from, to, { preserveTimestamps: true });
    else symlinkSync(from, to, 'junction');
  }
  const args = ['--web', '--no-open', '--data-dir', 'meine Daten'];
  const shell = new ShellProcess(join(clone, 'build/start.mjs'), args, { cwd: dataDir });
  await shell.link();
  expect(await shell.end()).toBe(0);
});

for (const args of [['--frobnicate'], ['--port', 'x'], ['--data-dir'], ['--web', '--electron']]) {
  test(`npm start refuses ${args.join(' ')} as wrong usage`, async () => {
    const shell = start(...args);
    expect(await shell.exit()).toBe(2);
    expect(shell.stdout).toBe('');
    expect(shell.stderr).not.toContain('    at ');
  });
}

test('a port that is in use is said, with what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const shell = start('--web', '--no-open', '--port', String(port), '--data-dir', dataDir);
  expect(await shell.exit()).toBe(1);
  expect(shell.stderr).toContain(`Port ${port} is in use.`);
  server.close();
});

test('a second Nibble on the same data folder is refused, and the first goes on', async () => {
  const first = start('--web', '--no-open', '--data-dir', dataDir);
  const link = await first.link();
  const second = start('--web', '--no-open', '--data-dir', dataDir);
  expect(await second.exit()).toBe(1);
  expect(second.stderr).toContain('already runs');
  expect(second.stdout).toBe('');
  expect((await fetch(link)).status).toBe(200);
  expect(await first.end()).toBe(0);
});

test('the command line answers on standard output alone', () => {
  const { text, answer } = question('identity');
  const args = ['chat', '--prompt', text, '--temperature', '0', '--json', '--data-dir', dataDir];
  const run = spawnSync(process.execPath, [join(root, 'build/nibble.mjs'), ...args], { encoding: 'utf8' });
  expect(run.status).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({ text: answer, stopReason: 'end' });
});

test('the command line tells wrong usage from failure', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'build/nibble.mjs'), ...args], { encoding: 'utf8' });
  expect(run('chat', '--frobnicate').status).toBe(2);
  const missing = run('plan', join(dataDir, 'nothing.gguf'), '--data-dir', dataDir);
  expect(missing.status).toBe(1);
  expect(missing.stderr.trim().split('\n')).toHaveLength(1);
  expect(missing.stderr).toContain('There is no file at');
});
