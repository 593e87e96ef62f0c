/** What a program on the same machine can send to make the shell slow, full or dead. */
import { request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parseResponse, rawRequest, sendRaw } from './raw-http.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const MIB = 1024 * 1024;
const MAX_GROWTH_BYTES = 50 * MIB;
const UI_ANSWER_MS = 1_000;

let shell: TestServer;
let headers: string[];
beforeAll(async () => {
  shell = await startTestServer();
  headers = [
    `Host: 127.0.0.1:${shell.port}`,
    `Cookie: ${await shell.newCookie()}`,
    'Content-Type: application/json',
  ];
});
afterAll(() => shell[Symbol.asyncDispose]());

function call(body = '{"json":1}') {
  return sendRaw(shell.port, rawRequest('POST', '/rpc/echo', headers, body));
}

function openSocket(): Promise<Socket> {
  const { promise, resolve } = Promise.withResolvers<Socket>();
  const socket = connect({ host: '127.0.0.1', port: shell.port }, () => resolve(socket));
  // Being closed by the server is what this file is about.
  socket.on('error', () => undefined);
  return promise;
}

it('keeps answering the window while 1,000 idle connections are open', async () => {
  const before = process.memoryUsage().rss;
  const sockets: Socket[] = [];
  for (let batch = 0; batch < 10; batch++) {
    sockets.push(...(await Promise.all(Array.from({ length: 100 }, openSocket))));
  }
  const start = performance.now();
  const { status } = await call();
  expect({ status, fast: performance.now() - start < UI_ANSWER_MS }).toEqual({ status: 200, fast: true });
  await vi.waitFor(() => expect(sockets.filter((socket) => !socket.closed).length).toBeLessThanOrEqual(64));
  // Client and server share this process, so the bound holds for both together.
  expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH_BYTES);
  for (const socket of sockets) socket.destroy();
});

it('does not close a connection of the window to make room', async () => {
  const window = await openSocket();
  window.write(rawRequest('POST', '/rpc/stream', headers, '{}').replace('Connection: close\r\n', ''));
  await once(window, 'data');
  const strangers = await Promise.all(Array.from({ length: 200 }, openSocket));
  expect(window.closed).toBe(false);
  for (const socket of [window, ...strangers]) socket.destroy();
  await vi.waitFor(() => expect(shell.state.openStreams).toBe(0));
});

it.each([
  ['with its length', { 'content-length': String(1024 * MIB) }],
  ['in chunks', { 'transfer-encoding': 'chunked' }],
])('refuses a body of 1 GiB %s without keeping it', async (_, lengthHeader) => {
  const before = process.memoryUsage().rss;
  const chunk = Buffer.alloc(MIB, 0x20);
  let sent = 0;
  const [cookie = ''] = headers.filter((line) => line.startsWith('Cookie: '));
  const status = await new Promise<number | undefined>((resolve) => {
    const outgoing = httpRequest({
      host: '127.0.0.1',
      port: shell.port,
      path: '/rpc/echo',
      method: 'POST',
      headers: {
        host: `127.0.0.1:${shell.port}`,
        cookie: cookie.replace('Cookie: ', ''),
        'content-type': 'application/json',
        ...lengthHeader,
      },
    });
    let answer: number | undefined;
    outgoing.on('response', (response) => {
      answer = response.statusCode;
      response.resume();
    });
    // The reset that follows the answer is expected.
    outgoing.on('error', () => undefined);
    outgoing.on('close', () => resolve(answer));
    const pump = () => {
      while (sent < 1024 && !outgoing.destroyed) {
        sent += 1;
        if (!outgoing.write(chunk)) return void outgoing.once('drain', pump);
      }
      outgoing.end();
    };
    pump();
  });
  // A client that goes on sending may see the connection reset before it has read the answer.
  expect([413, undefined]).toContain(status);
  expect(sent).toBeLessThan(200);
  expect(process.memoryUsage().rss - before).toBeLessThan(MAX_GROWTH_BYTES);
});

it('takes the longest message there is', async () => {
  const body = JSON.stringify({ json: '𝄞'.repeat(1_000_000) });
  expect((await call(body)).status).toBe(200);
});

it.each([
  ['nesting of 10,000', '['.repeat(10_000) + ']'.repeat(10_000), 400],
  ['nesting that is never closed', '['.repeat(5_000_000), 400],
  ['nesting of 60', `{"json":${'['.repeat(60)}${']'.repeat(60)}}`, 200],
  ['brackets in a string', `{"json":"${'['.repeat(10_000)}\\"${'{'.repeat(100)}"}`, 200],
  ['no JSON', 'json=1', 400],
  ['half a JSON', '{"json":', 400],
  ['no value', ' ', 400],
  ['meta that points nowhere', '{"json":{},"meta":[[1,"a","b"]]}', 400],
  ['meta that reaches for a prototype', '{"json":{},"meta":[[1,"__proto__","polluted"]]}', 400],
  ['a list instead of a call', '[]', 200],
  ['null instead of a call', 'null', 400],
])('answers %s', async (_, body, expected) => {
  expect((await call(body)).status).toBe(expected);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

it('refuses text that is not UTF-8', async () => {
  const body = Buffer.from('{"json":"\u00ff"}', 'latin1');
  const head = rawRequest('POST', '/rpc/echo', [...headers, `Content-Length: ${body.length}`]);
  expect((await sendRaw(shell.port, Buffer.concat([Buffer.from(head), body]))).status).toBe(400);
});

it('refuses headers of more than 16 KB', async () => {
  const { status } = await sendRaw(
    shell.port,
    rawRequest('GET', '/', [`Host: 127.0.0.1:${shell.port}`, `X-Long: ${'a'.repeat(17_000)}`]),
  );
  expect(status).toBe(431);
});

it.each([
  ['two lengths', ['Content-Length: 10', 'Content-Length: 11']],
  ['a length and chunks', ['Content-Length: 10', 'Transfer-Encoding: chunked']],
  ['a negative length', ['Content-Length: -1']],
  ['a space before the colon', ['Transfer-Encoding : chunked']],
  ['a folded header', ['X-A: b', ' c']],
])('refuses a request with %s (smuggling)', async (_, lines) => {
  const request = ['POST /rpc/echo HTTP/1.1', ...headers, ...lines, '', '{"json":1}'].join('\r\n');
  expect((await sendRaw(shell.port, request)).status).toBe(400);
});

it('closes a connection whose headers trickle in', { timeout: 30_000 }, async () => {
  const slow = await openSocket();
  const answer: Buffer[] = [];
  slow.on('data', (chunk: Buffer) => answer.push(chunk));
  slow.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${shell.port}\r\n`);
  const trickle = setInterval(() => slow.write('X-A: b\r\n'), 500);
  const start = performance.now();
  await new Promise((resolve) => slow.once('close', resolve));
  clearInterval(trickle);
  // 10 s for the headers and up to 5 s until Node looks.
  expect(performance.now() - start).toBeLessThan(16_000);
  expect(parseResponse(Buffer.concat(answer).toString()).status).toBe(408);
});
