import { afterAll, beforeAll, expect, it } from 'vitest';
import { rawRequest, sendRaw } from './raw-http.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let shell: TestServer;
beforeAll(async () => {
  shell = await startTestServer();
});
afterAll(() => shell[Symbol.asyncDispose]());

function get(path: string, method = 'GET') {
  return sendRaw(shell.port, rawRequest(method, path, [`Host: 127.0.0.1:${shell.port}`]));
}

it('serves the page anew each time and hashed files for good', async () => {
  const page = await get('/');
  expect(page).toMatchObject({ status: 200, body: '<!doctype html><title>Nibble</title>' });
  expect(page.headers).toMatchObject({
    'cache-control': 'no-store',
    'content-type': 'text/html; charset=utf-8',
  });
  const script = await get('/assets/index-abc123.js');
  expect(script.headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': 'text/javascript; charset=utf-8',
  });
});

it('answers HEAD without a body', async () => {
  const { status, headers, body } = await get('/', 'HEAD');
  expect({ status, length: headers['content-length'], body }).toEqual({
    status: 200,
    length: '36',
    body: '',
  });
});

it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('refuses to %s a file', async (method) => {
  const { status, headers } = await get('/', method);
  expect({ status, allow: headers['allow'] }).toEqual({ status: 405, allow: 'GET, HEAD' });
});

it.each([
  '/../package.json',
  '/..%2fpackage.json',
  '/%2e%2e/package.json',
  '/assets/../index.html',
  '/assets/..%5c..%5cindex.html',
  '//index.html',
  '/./index.html',
  '/index.html%00.js',
  '/INDEX.HTML',
  '/assets',
  '/assets/',
  '/assets/notes.txt',
  '/etc/passwd',
  '/constructor',
  '/%',
  '/C:/Windows/win.ini',
])('has nothing at %s', async (path) => {
  expect((await get(path)).status).toBe(404);
});

it('sends the security headers with every answer', async () => {
  const answers = await Promise.all([get('/'), get('/nowhere'), get('/', 'POST'), get('/rpc/echo', 'POST')]);
  const foreign = await sendRaw(shell.port, rawRequest('GET', '/', ['Host: evil.example']));
  for (const { headers } of [...answers, foreign]) {
    const csp = headers['content-security-policy'] ?? '';
    expect(csp).toMatch(/^default-src 'none';/);
    expect(csp).toContain("require-trusted-types-for 'script'");
    expect(csp).not.toMatch(/unsafe|\*|https?:/);
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-dns-prefetch-control': 'off',
    });
  }
});
