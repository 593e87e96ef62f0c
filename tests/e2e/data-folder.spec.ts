import Database from 'better-sqlite3';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { whyCannotMount } from '../helpers/mounting.ts';
import { expect, test } from './fixture.ts';
import { NibblePage } from './nibble-page.ts';

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

test('a database from a newer Nibble is left alone, and the window says so', async ({ nibble }) => {
  await new NibblePage(nibble.page).ask('Please tell me who you are.');
  await nibble.end();
  const file = join(nibble.dataDir, 'nibble.db');
  const database = new Database(file);
  database.pragma('user_version = 99990');
  database.pragma('journal_mode = DELETE');
  database.close();
  const before = sha256(file);

  await nibble.start();
  nibble.watch.expectRefusals();
  const ui = new NibblePage(nibble.page);
  await ui.send('Hello again');
  const problem = ui.page.getByRole('group', { name: 'Problem' });
  await expect(problem).toContainText('Your chats were written by a newer Nibble.');
  await expect(problem).toContainText('Start the newer Nibble, or choose another data folder');
  await expect(ui.message).toHaveValue('Hello again');
  await nibble.end();
  expect(sha256(file)).toBe(before);
});

const cannotMount = whyCannotMount();

test('a full disk costs nothing that was written, and the message can be sent later', async ({ nibble }) => {
  test.skip(cannotMount !== null, cannotMount ?? '');
  await nibble.end();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=800k', 'nibble-test', nibble.dataDir]);
  try {
    await nibble.start();
    nibble.watch.expectRefusals();
    const ui = new NibblePage(nibble.page);
    const long = 'Please remember this. '.repeat(40_000);
    await ui.send(long);
    const problem = ui.page.getByRole('group', { name: 'Problem' });
    await expect(problem).toContainText('The disk is full.');
    await expect(problem).toContainText('Free some space and try again.');
    await expect(ui.message).toHaveValue(long);

    execFileSync('mount', ['-o', 'remount,size=256m', nibble.dataDir]);
    await ui.message.fill('Please tell me who you are.');
    await expect(await ui.ask('Please tell me who you are.')).toContainText('Nibble Tiny');
    await nibble.end();
  } finally {
    execFileSync('umount', ['--lazy', nibble.dataDir]);
  }
});
