import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ProblemError } from '../../../../src-main/contract/problem.ts';
import { acquireInstanceLock } from '../../../../src-main/services/instance-lock/instance-lock.ts';

interface HolderEvent {
  event: 'holds' | 'refused' | 'asked' | 'released';
  pid?: number;
  code?: string;
  instance?: { pid: number; url?: string } | null;
}

function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'nibble-lock-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function start(dataDir: string, url?: string) {
  const args = [join(import.meta.dirname, 'holding-child.ts'), dataDir, ...(url === undefined ? [] : [url])];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const next = async () => {
    const { value } = await lines.next();
    return JSON.parse(value ?? 'null') as HolderEvent | null;
  };
  return { child, exited, next };
}

describe('the lock of a data folder', () => {
  test('refuses a second instance, asks the first to show itself and learns where it is', async () => {
    const dataDir = temporaryFolder();
    const first = start(dataDir, 'http://127.0.0.1:4321/');
    expect(await first.next()).toMatchObject({ event: 'holds' });
    const second = start(dataDir);
    expect(await second.next()).toEqual({
      event: 'refused',
      code: 'app.alreadyRunning',
      instance: { pid: first.child.pid, url: 'http://127.0.0.1:4321/' },
    });
    expect(await first.next()).toEqual({ event: 'asked' });
  });

  test.each(['SIGKILL', 'SIGSEGV', 'SIGTERM'] as const)('is free at once after %s', async (signal) => {
    const dataDir = temporaryFolder();
    const first = start(dataDir);
    await first.next();
    first.child.kill(signal);
    await first.exited;
    expect(await start(dataDir).next()).toMatchObject({ event: 'holds' });
  });

  test('is free after release, and leaves only the lock file', async () => {
    const dataDir = temporaryFolder();
    const first = start(dataDir);
    await first.next();
    first.child.stdin.write('release\n');
    expect(await first.next()).toEqual({ event: 'released' });
    await first.exited;
    expect(readdirSync(dataDir)).toEqual(['instance.lock']);
    expect(await start(dataDir).next()).toMatchObject({ event: 'holds' });
  });

  test('goes to exactly one of six that start at the same instant, three times over', async () => {
    for (let round = 0; round < 3; round += 1) {
      const dataDir = temporaryFolder();
      const rivals = Array.from({ length: 6 }, () => start(dataDir));
      const events = await Promise.all(rivals.map(({ next }) => next()));
      const outcomes = events.map((event) => event?.code ?? event?.event).sort();
      expect(outcomes).toEqual([...Array<string>(5).fill('app.alreadyRunning'), 'holds']);
      for (const { child } of rivals) child.kill('SIGKILL');
      await Promise.all(rivals.map(({ exited }) => exited));
    }
  }, 60_000);

  test('of a stopped instance is not taken; its process id is told', async () => {
    const dataDir = temporaryFolder();
    const first = start(dataDir, 'http://127.0.0.1:4321/');
    await first.next();
    first.child.kill('SIGSTOP');
    const refused = await start(dataDir).next();
    expect(refused).toMatchObject({ event: 'refused', instance: { pid: first.child.pid } });
  });

  test('is the same through a symbolic link', async () => {
    const dataDir = temporaryFolder();
    const link = join(temporaryFolder(), 'link');
    symlinkSync(dataDir, link);
    const first = start(dataDir);
    await first.next();
    expect(await start(link).next()).toMatchObject({ event: 'refused', instance: { pid: first.child.pid } });
  });

  test('works in a folder too deep for a socket, and cleans up after a killed instance', async () => {
    const dataDir = join(temporaryFolder(), 'é'.repeat(60), 'x'.repeat(100));
    const first = start(dataDir, 'http://127.0.0.1:4321/');
    await first.next();
    const { socket } = JSON.parse(readFileSync(join(dataDir, 'instance.json'), 'utf8')) as { socket: string };
    expect(await start(dataDir).next()).toMatchObject({
      event: 'refused',
      instance: { pid: first.child.pid },
    });
    first.child.kill('SIGKILL');
    await first.exited;
    expect(statSync(socket, { throwIfNoEntry: false })).toBeDefined();
    const next = start(dataDir);
    expect(await next.next()).toMatchObject({ event: 'holds' });
    expect(statSync(socket, { throwIfNoEntry: false })).toBeUndefined();
    next.child.stdin.write('release\n');
    expect(await next.next()).toEqual({ event: 'released' });
  });

  test('folders do not disturb each other', async () => {
    expect(await start(temporaryFolder()).next()).toMatchObject({ event: 'holds' });
    expect(await start(temporaryFolder()).next()).toMatchObject({ event: 'holds' });
  });

  test('tells nothing to who does not know the secret', async () => {
    const dataDir = temporaryFolder();
    let asked = 0;
    const lock = await acquireInstanceLock(dataDir, { onSecondInstance: () => (asked += 1) });
    lock.setUrl('http://127.0.0.1:1/#token=secret');
    for (const said of ['\n', `${'0'.repeat(64)}\n`, 'x'.repeat(10_000)]) {
      const socket = connect(join(dataDir, 'instance.sock'));
      let heard = '';
      socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
      socket.on('error', () => undefined);
      socket.write(said);
      await once(socket, 'close');
      expect(heard).toBe('');
    }
    expect(asked).toBe(0);
    await lock.release();
  });

  test('is held also where its address cannot be written', async () => {
    const dataDir = temporaryFolder();
    mkdirSync(join(dataDir, 'instance.json.part'));
    const lock = await acquireInstanceLock(dataDir);
    expect(await start(dataDir).next()).toEqual({
      event: 'refused',
      code: 'app.alreadyRunning',
      instance: null,
    });
    await Promise.all([lock.release(), lock.release()]);
    expect(await start(dataDir).next()).toMatchObject({ event: 'holds' });
  });

  test('keeps folder and address to the owner', async () => {
    const dataDir = temporaryFolder();
    chmodSync(dataDir, 0o755);
    const lock = await acquireInstanceLock(dataDir);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, 'instance.json')).mode & 0o777).toBe(0o600);
    await lock.release();
  });

  test('says so when the folder cannot be used', async () => {
    const parent = temporaryFolder();
    mkdirSync(join(parent, 'data', 'instance.lock'), { recursive: true });
    const failure: unknown = await acquireInstanceLock(join(parent, 'data')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProblemError);
    expect((failure as ProblemError).problem.code).toBe('store.notWritable');
  });
});
