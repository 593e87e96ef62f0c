import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { question } from './questions.ts';

const nibble = join(import.meta.dirname, '../../out/main/cli.js');
const traced = 'connect,sendto,sendmsg,sendmmsg';
/** Sockets of this machine: files, the kernel, the loopback. A call without an address answers on an open socket. */
const local = /AF_UNIX|AF_NETLINK|AF_UNSPEC|inet_addr\("127\.|inet_pton\(AF_INET6, "::1"/;

test('no system call of a chat leads out of this machine', () => {
  test.skip(!process.env['NIBBLE_LONG'], 'part of the long form: npm run test:long');
  test.skip(spawnSync('strace', ['-V']).status !== 0, 'needs strace');
  const folder = mkdtempSync(join(tmpdir(), 'nibble-traced-'));
  const log = join(folder, 'calls.log');
  const { text, answer } = question('identity');
  const chat = [nibble, 'chat', '--prompt', text, '--temperature', '0', '--data-dir', folder];
  const run = spawnSync('strace', ['-f', '-e', `trace=${traced}`, '-o', log, process.execPath, ...chat], {
    encoding: 'utf8',
  });
  expect(run.stdout.trim()).toBe(answer);

  const addressed = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => /sa_family|msg_name=\{/.test(line));
  rmSync(folder, { recursive: true, force: true });
  expect(addressed.filter((line) => !local.test(line))).toEqual([]);
});
