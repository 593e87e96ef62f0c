import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest, sendRaw } from './raw-http.ts';
import { linkToken, startTestServer, type TestServer } from './test-server.ts';

let shell: TestServer;
beforeAll(async () => {
  shell = await startTestServer();
});
afterAll(() => shell[Symbol.asyncDispose]());

const body = JSON.stringify({ json: 'hello' });
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'];

/** Name → header lines, and whether the name is Nibble's own. */
function hostCases(port: number): { own: boolean; lines: string[] }[] {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  const foreign = [
    '127.0.0.1',
    'localhost',
    `127.0.0.1:${port === 65_535 ? 1 : port + 1}`,
    'evil.example',
    `evil.example:${port}`,
    `localhost.evil.example:${port}`,
    `localhost.:${port}`,
    `LOCALHOST:${port}`,
    `[::ffff:127.0.0.1]:${port}`,
    `0.0.0.0:${port}`,
    `127.1:${port}`,
    `2130706433:${port}`,
    `localhost:${port}@evil.example`,
    `127.0.0.1:${port}, evil.example`,
    '',
  ];
  return [
    ...own.map((host) => ({ own: true, lines: [`Host: ${host}`] })),
    ...foreign.map((host) => ({ own: false, lines: [`Host: ${host}`] })),
    { own: false, lines: [] },
    { own: false, lines: [`Host: 127.0.0.1:${port}`, 'Host: evil.example'] },
    { own: false, lines: [`Host: 127.0.0.1:${port}`, `Host: 127.0.0.1:${port}`] },
  ];
}

function originCases(host: string, port: number): { own: boolean; lines: string[] }[] {
  const foreign = [
    'null',
    '',
    `https://${host}`,
    `http://${host}/`,
    `http://${host === `localhost:${port}` ? `127.0.0.1:${port}` : `localhost:${port}`}`,
    'http://localhost',
    'http://evil.example',
    `http://evil.example:${port}`,
    'nibble://app',
    'file://',
  ];
  return [
    { own: true, lines: [] },
    { own: true, lines: [`Origin: http://${host}`] },
    ...foreign.map((origin) => ({ own: false, lines: [`Origin: ${origin}`] })),
    { own: false, lines: [`Origin: http://${host}`, 'Origin: http://evil.example'] },
  ];
}

async function tokenCases(): Promise<{ valid: boolean; lines: string[] }[]> {
  const valid = await shell.newCookie();
  const [name = ''] = valid.split('=');
  return [
    { valid: true, lines: [`Cookie: ${valid}`] },
    { valid: true, lines: [`Cookie: other=1; ${valid}`] },
    { valid: false, lines: [] },
    { valid: false, lines: [`Cookie: ${name}=${'A'.repeat(43)}`] },
    { valid: false, lines: [`Cookie: ${name}=${linkToken(shell.server)}`] },
    { valid: false, lines: [`Cookie: ${valid}; ${valid}`] },
    { valid: false, lines: [`Authorization: Bearer ${valid.split('=')[1]}`] },
  ];
}

function expectedStatus(
  ownHost: boolean,
  hostLines: number,
  ownOrigin: boolean,
  method: string,
  valid: boolean,
) {
  // Node's own parser answers a request without Host.
  if (hostLines === 0) return 400;
  if (!ownHost || !ownOrigin || method === 'OPTIONS') return 403;
  if (method !== 'POST') return 405;
  return valid ? 200 : 401;
}

describe('who may call', () => {
  it('answers only an exact Host, no or its own Origin, a session, and POST', async () => {
    const tokens = await tokenCases();
    const failures: string[] = [];
    let cells = 0;
    let passed = 0;
    for (const host of hostCases(shell.port)) {
      const hostName = host.lines[0]?.replace('Host: ', '') ?? `127.0.0.1:${shell.port}`;
      for (const origin of originCases(hostName, shell.port)) {
        const requests = methods.flatMap((method) => tokens.map((token) => ({ method, token })));
        const answers = await Promise.all(
          requests.map(async ({ method, token }) => {
            const lines = [...host.lines, ...origin.lines, ...token.lines, 'Content-Type: application/json'];
            const { status } = await sendRaw(shell.port, rawRequest(method, '/rpc/echo', lines, body));
            const expected = expectedStatus(host.own, host.lines.length, origin.own, method, token.valid);
            return { status, expected, cell: [method, ...lines].join(' | ') };
          }),
        );
        for (const { status, expected, cell } of answers) {
          cells += 1;
          if (status === 200) passed += 1;
          if (status !== expected) failures.push(`${cell}: ${status} instead of ${expected}`);
        }
      }
    }
    expect(failures).toEqual([]);
    // 3 hosts × 2 origins × 2 cookies × POST
    expect({ cells, passed }).toEqual({ cells: 21 * 13 * 7 * 6, passed: 12 });
  });

  it.each([
    ['none', 200],
    ['same-origin', 200],
    ['same-site', 403],
    ['cross-site', 403],
    ['Same-Origin', 403],
    ['none, same-origin', 403],
    ['', 403],
  ])('answers %j as Sec-Fetch-Site with %i', async (site, expected) => {
    const lines = [
      `Host: 127.0.0.1:${shell.port}`,
      `Sec-Fetch-Site: ${site}`,
      `Cookie: ${await shell.newCookie()}`,
      'Content-Type: application/json',
    ];
    const { status } = await sendRaw(shell.port, rawRequest('POST', '/rpc/echo', lines, body));
    expect(status).toBe(expected);
  });

  it.each([
    ['absolute-form address', 'POST http://127.0.0.1:PORT/rpc/echo HTTP/1.1', 400],
    ['absolute-form address of another host', 'POST http://evil.example/rpc/echo HTTP/1.1', 400],
    ['asterisk form', 'OPTIONS * HTTP/1.1', 400],
    ['TRACE', 'TRACE /rpc/echo HTTP/1.1', 405],
    ['a method nobody knows', 'STEAL /rpc/echo HTTP/1.1', 400],
    ['HTTP/1.0', 'POST /rpc/echo HTTP/1.0', 200],
    ['a path that is no procedure', 'POST /rpc/none HTTP/1.1', 404],
    ['a prototype member as procedure', 'POST /rpc/__proto__ HTTP/1.1', 404],
    ['two slashes', 'POST //evil.example/rpc/echo HTTP/1.1', 404],
    ['rpc without a procedure', 'POST /rpc HTTP/1.1', 404],
  ])('refuses %s', async (_, line, expected) => {
    const headers = [
      `Host: 127.0.0.1:${shell.port}`,
      `Cookie: ${await shell.newCookie()}`,
      'Content-Type: application/json',
      'Connection: close',
      `Content-Length: ${body.length}`,
    ];
    const request = [line.replace('PORT', String(shell.port)), ...headers, '', body].join('\r\n');
    expect((await sendRaw(shell.port, request)).status).toBe(expected);
  });

  it('never allows another origin to read an answer', async () => {
    const { headers } = await sendRaw(
      shell.port,
      rawRequest('OPTIONS', '/rpc/echo', [
        `Host: 127.0.0.1:${shell.port}`,
        'Origin: http://evil.example',
        'Access-Control-Request-Method: POST',
        'Access-Control-Request-Private-Network: true',
      ]),
    );
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});
