/** The built web shell as a process: what it prints, how it refuses to start, how it ends. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rawRequest, sendRaw } from './raw-http.ts';

const program = join(import.meta.dirname, '../../../out/main/web.js');
const LINK = /^Nibble: http:\/\/127\.0\.0\.1:(\d+)\/#token=([\w-]{43})\n/;
const END_LIMIT_MS = 2_000;

let dataDir: string;
let started: WebProgram[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'nibble data ü '));
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((running) => running.kill()));
  rmSync(dataDir, { recursive: true });
});

class WebProgram {
  stdout = '';
  stderr = '';
  readonly child: ChildProcessWithoutNullStreams;
  readonly exit: Promise<unknown>;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child;
    this.exit = once(child, 'close').then(([code]) => code as unknown);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
  }

  async link(): Promise<{ port: number; token: string }> {
    const [, port, token = ''] = await vi.waitFor(() => {
      const match = LINK.exec(this.stdout);
      if (match === null) throw new Error(`no link yet: ${this.stdout}${this.stderr}`);
      return match;
    }, 10_000);
    return { port: Number(port), token };
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
  }
}

function start(...args: string[]): WebProgram {
  const all = [program, '--no-open', '--data-dir', dataDir, ...args];
  const running = new WebProgram(spawn(process.execPath, all, { env: { ...process.env, CI: 'true' } }));
  started.push(running);
  return running;
}

async function openSession(port: number, token: string): Promise<string> {
  const headers = [`Host: 127.0.0.1:${port}`, 'Content-Type: application/json'];
  const answer = await sendRaw(port, rawRequest('POST', '/session', headers, JSON.stringify({ token })));
  return answer.headers['set-cookie']?.split(';')[0] ?? '';
}

function call(port: number, cookie: string, procedure: string): Promise<Response> {
  const headers = { cookie, 'content-type': 'application/json' };
  return fetch(`http://127.0.0.1:${port}/rpc/${procedure}`, { method: 'POST', headers, body: '{}' });
}

describe('the program', () => {
  it('prints one line, serves the window and the core, and ends on Ctrl-C', async () => {
    const running = start();
    const { port, token } = await running.link();
    const page = await sendRaw(port, rawRequest('GET', '/', [`Host: 127.0.0.1:${port}`]));
    expect(page.body).toContain('<title>Nibble</title>');
    const cookie = await openSession(port, token);
    const info = await call(port, cookie, 'shell/info');
    expect(await info.json()).toMatchObject({
      json: { kind: 'web', dataDir, modelsDir: null, canPickFile: false },
    });
    expect((await call(port, cookie, 'chats/list')).status).toBe(200);
    const startedAt = performance.now();
    running.child.kill('SIGINT');
    expect(await running.exit).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(END_LIMIT_MS);
    expect(running.stdout.match(/\n/g)).toHaveLength(1);
    expect(running.stderr).toBe('');
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('ends in time on %s while a window listens', async (signal) => {
    const running = start();
    const { port, token } = await running.link();
    const cookie = await openSession(port, token);
    const { body } = await call(port, cookie, 'live/events');
    let events = '';
    for await (const text of body!.pipeThrough(new TextDecoderStream()).values({ preventCancel: true })) {
      events += text;
      if (events.includes('"type":"engine"')) break;
    }
    const startedAt = performance.now();
    running.child.kill(signal);
    expect(await running.exit).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(END_LIMIT_MS);
  });

  it('says which port is in use, in one line', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const running = start('--port', String(port));
    expect(await running.exit).toBe(1);
    other.close();
    expect(running.stdout).toBe('');
    expect(running.stderr).toBe(
      `Nibble: Port ${port} is in use. Another program listens there. ` +
        'Choose another with --port N, or let Nibble find one with --port 0.\n',
    );
  });

  it('refuses a second instance and tells where the first is open', async () => {
    const first = start();
    const { port } = await first.link();
    const second = start();
    expect(await second.exit).toBe(1);
    expect(second.stdout).toBe('');
    const [line = '', ...more] = second.stderr.trimEnd().split('\n');
    expect(more).toEqual([]);
    expect(line).toContain(`Nibble already runs with the data folder ${dataDir}.`);
    const token = /It is open at http:\/\/127\.0\.0\.1:\d+\/#token=([\w-]{43})$/.exec(line)?.[1] ?? '';
    expect(await openSession(port, token)).toContain(`nibble-session-${port}=`);
  });

  it.each([[['--host', '0.0.0.0']], [['--port', 'many']], [['stray']]])(
    'explains its use for %j',
    async (args) => {
      const running = start(...args);
      expect(await running.exit).toBe(2);
      expect(running.stdout).toBe('');
      expect(running.stderr).toContain('Usage: npm start -- --web');
      expect(running.stderr).not.toMatch(/^\s+at /m);
    },
  );

  it('keeps link and session out of every file it writes', async () => {
    const running = start();
    const { port, token } = await running.link();
    const cookie = await openSession(port, token);
    await call(port, cookie, 'chats/list');
    await call(port, 'wrong=1', 'chats/list');
    await call(port, cookie, 'chats/get');
    running.child.kill('SIGTERM');
    await running.exit;
    const session = cookie.split('=')[1] ?? '';
    expect(session).toHaveLength(43);
    for (const path of filesBelow(dataDir)) {
      const content = readFileSync(path, 'latin1');
      expect({ path, leaks: content.includes(token) || content.includes(session) }).toEqual({
        path,
        leaks: false,
      });
      if (process.platform !== 'win32') expect(statSync(dataDir).mode & 0o077).toBe(0);
    }
  });
});

it.skipIf(process.platform !== 'linux')('prints a new link for Enter in a terminal', async () => {
  const command = [process.execPath, program, '--no-open', '--data-dir', dataDir];
  const quoted = command.map((part) => `'${part}'`).join(' ');
  // A shell that stays in between would die of the same Ctrl-C and report that instead.
  const running = new WebProgram(spawn('script', ['-qfec', `exec ${quoted}`, '/dev/null']));
  started.push(running);
  running.child.stdin.write('\n');
  const tokens = await vi.waitFor(() => {
    const found = [...running.stdout.matchAll(/#token=([\w-]{43})/g)].map(([, token]) => token);
    expect(found).toHaveLength(2);
    return found;
  }, 10_000);
  expect(new Set(tokens).size).toBe(2);
  running.child.stdin.write('\u0003');
  expect(await running.exit).toBe(0);
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
