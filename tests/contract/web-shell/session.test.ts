import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { RouterClient } from '@orpc/server';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { silentLogger } from '../../../src-main/services/logging/logger.ts';
import { rawRequest, sendRaw } from './raw-http.ts';
import { linkToken, startTestServer, type testRouter, type TestServer } from './test-server.ts';

function postToken(port: number, body: string, contentType = 'application/json') {
  const headers = [`Host: 127.0.0.1:${port}`, `Content-Type: ${contentType}`];
  return sendRaw(port, rawRequest('POST', '/session', headers, body));
}

const anything = z.record(z.string(), z.unknown());

async function clientOf(shell: TestServer) {
  const cookie = await shell.newCookie();
  const link = new RPCLink({ url: `http://127.0.0.1:${shell.port}/rpc`, headers: { cookie } });
  return createORPCClient<RouterClient<ReturnType<typeof testRouter>['router']>>(link);
}

describe('the link', () => {
  it('opens one session, once', async () => {
    await using shell = await startTestServer();
    const body = JSON.stringify({ token: linkToken(shell.server) });
    const first = await postToken(shell.port, body);
    expect(first.status).toBe(204);
    expect(first.headers['set-cookie']).toMatch(
      new RegExp(`^nibble-session-${shell.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    const second = await postToken(shell.port, body);
    expect(second.status).toBe(401);
    expect(second.headers['set-cookie']).toBeUndefined();
    expect(anything.parse(JSON.parse(second.body))['json']).toMatchObject({
      code: 'PROBLEM',
      data: { code: 'app.sessionEnded', todo: expect.stringContaining('Press Enter') as string },
    });
  });

  it('is replaced by a newer one', async () => {
    await using shell = await startTestServer();
    const older = linkToken(shell.server);
    const newer = linkToken(shell.server);
    expect((await postToken(shell.port, JSON.stringify({ token: older }))).status).toBe(401);
    expect((await postToken(shell.port, JSON.stringify({ token: newer }))).status).toBe(204);
  });

  it('survives guesses', async () => {
    await using shell = await startTestServer();
    const token = linkToken(shell.server);
    const guesses = ['', token.slice(1), `${token}A`, token.toLowerCase(), 7, null, [token], { token }];
    for (const guess of guesses) {
      expect((await postToken(shell.port, JSON.stringify({ token: guess }))).status).toBe(401);
    }
    expect((await postToken(shell.port, JSON.stringify({ token }))).status).toBe(204);
  });

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/json; charset=utf-8', 204],
  ])('is taken as %s with %i', async (contentType, expected) => {
    await using shell = await startTestServer();
    const body = JSON.stringify({ token: linkToken(shell.server) });
    expect((await postToken(shell.port, body, contentType)).status).toBe(expected);
  });

  it('has 256 bits that differ each time', async () => {
    await using shell = await startTestServer();
    const tokens = Array.from({ length: 100 }, () => linkToken(shell.server));
    expect(new Set(tokens).size).toBe(100);
    expect(tokens.map((token) => Buffer.from(token, 'base64url').length)).toEqual(Array(100).fill(32));
  });
});

describe('calls', () => {
  it('carry values both ways', async () => {
    await using shell = await startTestServer();
    const client = await clientOf(shell);
    const value = { text: 'ü\u0000😀', date: new Date(0), big: 2n ** 70n, none: undefined };
    expect(await client.echo(value)).toEqual({ echo: value });
  });

  it('hide what a defect says', async () => {
    await using shell = await startTestServer();
    const headers = [
      `Host: 127.0.0.1:${shell.port}`,
      `Cookie: ${await shell.newCookie()}`,
      'Content-Type: application/json',
    ];
    const { status, body } = await sendRaw(shell.port, rawRequest('POST', '/rpc/fails', headers, '{}'));
    expect(status).toBe(500);
    expect(body).not.toMatch(/secret|at |node_modules/);
  });

  it('stream until the client goes', async () => {
    await using shell = await startTestServer();
    const client = await clientOf(shell);
    const abort = new AbortController();
    const stream = await client.stream(undefined, { signal: abort.signal });
    const { value } = (await stream[Symbol.asyncIterator]().next()) as { value: string };
    expect({ value, open: shell.state.openStreams }).toEqual({ value: 'first', open: 1 });
    abort.abort();
    await vi.waitFor(() => expect(shell.state.openStreams).toBe(0));
  });

  it('stream until the connection breaks', async () => {
    await using shell = await startTestServer();
    const client = await clientOf(shell);
    const stream = await client.stream();
    await stream[Symbol.asyncIterator]().next();
    await shell.server.close();
    await vi.waitFor(() => expect(shell.state.openStreams).toBe(0));
  });

  it('leave no token, cookie or text in the log', async () => {
    const lines: string[] = [];
    const collect = (message: string, facts?: unknown) => {
      lines.push(message, JSON.stringify(facts));
    };
    const log = { ...silentLogger, info: collect, warn: collect, error: collect, debug: collect };
    await using shell = await startTestServer(log);
    const client = await clientOf(shell);
    const cookie = await shell.newCookie();
    await client.echo('canary-text');
    await client.fails().catch(() => undefined);
    expect(lines.join('\n')).not.toContain(cookie.split('=')[1]);
    expect(lines.join('\n')).not.toContain('canary-text');
  });
});
