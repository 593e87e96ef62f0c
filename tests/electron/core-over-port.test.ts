/** The contract over the message port, as a page uses it, without a page: every input gets a typed answer. */
import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { contract } from '../../src-main/contract/index.ts';
import { ipcChannels } from '../../src-main/shells/electron/ipc-channels.ts';
import type { MessagePortDouble } from '../helpers/electron-double/message-ports.ts';
import { launchDesktop, type Desktop } from './desktop.ts';

type Client = ContractRouterClient<typeof contract>;

let desktop: Desktop;
beforeAll(async () => {
  desktop = await launchDesktop();
});
afterAll(() => desktop[Symbol.asyncDispose]());

/** What the preload does: asks for a port as the page's top frame. */
function askForPort(...args: unknown[]): MessagePortDouble {
  const { electron, window } = desktop;
  const given: MessagePortDouble[] = [];
  const senderFrame = {
    ...window.webContents.mainFrame,
    postMessage: (_channel: string, _message: unknown, [port]: MessagePortDouble[]) => given.push(port!),
  };
  electron.ipcMain.emit(ipcChannels.connect, { sender: window.webContents, senderFrame, ports: [] }, ...args);
  expect(given).toHaveLength(1);
  return given[0]!;
}

function clientOn(port: MessagePortDouble): Client {
  const client: Client = createORPCClient(new RPCLink({ port }));
  port.start();
  return client;
}

describe('the core over a message port', () => {
  it('says which shell it is in', async () => {
    const client = clientOn(askForPort());
    expect(await client.shell.info()).toMatchObject({
      kind: 'electron',
      dataDir: desktop.dataDir,
      canPickFile: true,
    });
  });

  it('shows the file dialog', async () => {
    const client = clientOn(askForPort());
    expect(await client.shell.pickModelFile()).toEqual({ path: null });
    desktop.double.chosenFile = '/models/a.gguf';
    expect(await client.shell.pickModelFile()).toEqual({ path: '/models/a.gguf' });
  });

  it('keeps the token of the Hub by the key store of the system, and nowhere else', async () => {
    const client = clientOn(askForPort());
    const kept = () => readFile(join(desktop.dataDir, 'hub-token.json'), 'utf8');
    const token = 'hf_only_for_this_test';
    expect((await client.downloads.setToken({ token })).token).toEqual({
      keptIn: 'keychain',
      wouldBeKeptIn: 'keychain',
    });
    expect(await kept()).not.toContain(token);
    // A key that everyone knows is none.
    desktop.double.keyStore = 'basic_text';
    expect((await client.downloads.network()).token).toEqual({ keptIn: null, wouldBeKeptIn: 'file' });
    expect((await client.downloads.setToken({ token })).token.keptIn).toBe('file');
    expect(await kept()).toContain(token);
    expect((await client.downloads.clearToken()).token.keptIn).toBeNull();
    await expect(kept()).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('carries problems as they are', async () => {
    const client = clientOn(askForPort());
    const failure = await client.chats.get({ chatId: 999 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ORPCError);
    expect(failure).toMatchObject({ code: 'PROBLEM', defined: true, data: { code: 'chat.notFound' } });
  });

  it('streams events until the port closes', async () => {
    const port = askForPort();
    const events = await clientOn(port).live.events();
    const { value } = await events.next();
    expect(value).toMatchObject({ type: 'engine' });
    port.close();
    await expect(events.next()).rejects.toThrow();
  });

  it('gives one port to a page: the one before ends', async () => {
    const first = askForPort();
    const closed = vi.fn();
    first.on('close', closed);
    const second = askForPort();
    await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
    expect((await clientOn(second).shell.info()).kind).toBe('electron');
  });

  it('takes no arguments on its channel', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (args) => {
        askForPort(...args);
      }),
      { numRuns: 1_000 },
    );
  });

  it('survives whatever is said on the port', async () => {
    const port = askForPort();
    const client = clientOn(port);
    const messages = fc.oneof(fc.string(), fc.json(), fc.uint8Array(), fc.jsonValue());
    const rejections = vi.fn();
    process.on('unhandledRejection', rejections);
    await fc.assert(
      fc.asyncProperty(messages, async (message) => {
        port.postMessage(message);
      }),
      { numRuns: 1_000 },
    );
    expect((await client.shell.info()).kind).toBe('electron');
    process.off('unhandledRejection', rejections);
    expect(rejections).not.toHaveBeenCalled();
  });
});
