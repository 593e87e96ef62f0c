import { os } from '@orpc/server';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { problemError } from '../../../src-main/contract/problem.ts';
import { silentLogger, type Logger } from '../../../src-main/services/logging/logger.ts';
import { listStaticFiles } from '../../../src-main/shells/shared/static-files.ts';
import { HttpServer } from '../../../src-main/shells/web/http-server.ts';
import { rawRequest, sendRaw } from './raw-http.ts';

/** A router with one procedure of every kind the transport has to carry. */
export function testRouter() {
  const state = { openStreams: 0 };
  const router = {
    echo: os.input(z.unknown()).handler(({ input }) => ({ echo: input })),
    fails: os.handler((): string => {
      throw new Error('the path of a secret file: /home/person/secret');
    }),
    problem: os.handler((): string => {
      throw problemError('model.none');
    }),
    stream: os.handler(async function* ({ signal }) {
      state.openStreams += 1;
      try {
        yield 'first';
        await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
      } finally {
        state.openStreams -= 1;
      }
    }),
  };
  return { router, state };
}

export interface TestServer extends AsyncDisposable {
  server: HttpServer;
  port: number;
  state: { openStreams: number };
  /** The value of a `Cookie` header with a new session. */
  newCookie(): Promise<string>;
}

/** The real server over a folder with a small window. */
export async function startTestServer(log: Logger = silentLogger): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nibble-web-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Nibble</title>');
  writeFileSync(join(folder, 'assets', 'index-abc123.js'), 'export {};');
  writeFileSync(join(folder, 'assets', 'notes.txt'), 'not a kind of file that a window needs');
  const { router, state } = testRouter();
  const server = await HttpServer.start({ router, files: listStaticFiles(folder), port: 0, log });
  return {
    server,
    port: server.port,
    state,
    newCookie: () => startSession(server),
    async [Symbol.asyncDispose]() {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export function linkToken(server: HttpServer): string {
  return new URL(server.newLink()).hash.replace('#token=', '');
}

async function startSession(server: HttpServer): Promise<string> {
  const body = JSON.stringify({ token: linkToken(server) });
  const { headers } = await sendRaw(
    server.port,
    rawRequest(
      'POST',
      '/session',
      [`Host: 127.0.0.1:${server.port}`, 'Content-Type: application/json'],
      body,
    ),
  );
  return headers['set-cookie']?.split(';')[0] ?? '';
}
