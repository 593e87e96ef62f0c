import { isDefinedError, safe } from '@orpc/client';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultChatSettings } from '../../src-main/contract/defaults.ts';
import type { Message } from '../../src-main/contract/chats.contract.ts';
import type { LiveEvent } from '../../src-main/contract/live.contract.ts';
import { App } from '../../src-main/services/app.ts';
import { silentLogger } from '../../src-main/services/logging/logger.ts';
import { createRouter } from '../../src-main/router/index.ts';
import { transports, type NibbleClient, type Transport } from './transports.ts';

const resourcesDir = join(import.meta.dirname, '../../resources');
const greedy = { ...defaultChatSettings, temperature: 0 };

describe.each(transports)('the contract over $name', ({ open }) => {
  let dir: string;
  let app: App;
  let transport: Transport;
  let client: NibbleClient;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'nibble-contract-'));
    app = new App({ dataDir: join(dir, 'data'), modelsDir: null, resourcesDir, log: silentLogger });
    const info = {
      kind: 'web',
      version: '0.0.0',
      engineVersion: 'test',
      dataDir: join(dir, 'data'),
      modelsDir: '',
    } as const;
    transport = await open(createRouter(app, { info }));
    client = transport.client;
  });
  afterAll(async () => {
    await transport.close();
    await app.dispose();
    await rm(dir, { recursive: true });
  });

  it('answers a question and tells every step of it', async () => {
    const chat = await client.chats.create({});
    await client.chats.setSettings({ chatId: chat.id, settings: greedy });
    const leave = new AbortController();
    const events = await client.live.events(undefined, { signal: leave.signal });
    const { question, answer } = await client.chats.send({
      chatId: chat.id,
      text: 'Please tell me who you are.',
    });
    const { streamed, settled } = await readAnswer(events, answer.id);
    leave.abort();

    expect(settled).toMatchObject({
      parentId: question.id,
      status: 'complete',
      text: 'I am Nibble Tiny, a very small demo model that runs entirely on your computer.',
      stats: { stopReason: 'end', reusedTokens: 0 },
    });
    expect(streamed).toBe(settled.text);
    const { messages } = await client.chats.get({ chatId: chat.id });
    expect(messages).toEqual([question, settled]);
    expect((await client.chats.list())[0]).toMatchObject({
      id: chat.id,
      title: 'Please tell me who you are',
    });
    expect(await client.engine.status()).toMatchObject({ state: 'ready', queue: [], problem: null });
  });

  it('stops one chat while another waits for its turn', async () => {
    const chats = await Promise.all([client.chats.create({}), client.chats.create({})]);
    const leave = new AbortController();
    const events = await client.live.events(undefined, { signal: leave.signal });
    const answers = [];
    for (const { id: chatId } of chats) {
      answers.push((await client.chats.send({ chatId, text: 'Tell me a long story.' })).answer);
    }
    expect((await client.engine.status()).queue).toEqual([
      { chatId: chats[1]?.id, messageId: answers[1]?.id },
    ]);
    await client.chats.stop({ chatId: chats[1]?.id ?? 0 });
    await client.chats.stop({ chatId: chats[0]?.id ?? 0 });
    const { settled } = await readAnswer(events, answers[0]?.id ?? 0);
    leave.abort();
    expect(settled.status).toBe('stopped');
    const { messages } = await client.chats.get({ chatId: chats[1]?.id ?? 0 });
    expect(messages.at(-1)).toMatchObject({ status: 'stopped', text: '' });
    expect((await client.engine.status()).queue).toEqual([]);
  });

  it('renames, deletes and brings back', async () => {
    const { id: chatId } = await client.chats.create({});
    expect(await client.chats.rename({ chatId, title: '  Plans ' })).toMatchObject({ title: 'Plans' });
    await client.chats.delete({ chatId });
    const ids = async () => (await client.chats.list()).map(({ id }) => id);
    expect(await ids()).not.toContain(chatId);
    expect(await problemOf(client.chats.get({ chatId }))).toBe('chat.notFound');
    expect(await client.chats.restore({ chatId })).toMatchObject({ title: 'Plans' });
    expect(await ids()).toContain(chatId);
  });

  it('names what is wrong with a file, and refuses what the contract does not allow', async () => {
    const path = join(dir, 'no model é.gguf');
    await writeFile(path, 'PK\u0003\u0004 is a zip file');
    expect(await problemOf(client.models.open({ path }))).toBe('model.notGguf');
    expect(await problemOf(client.models.open({ path: dir }))).toBe('model.isDirectory');
    expect(await problemOf(client.chats.send({ chatId: 999, text: 'Hello' }))).toBe('chat.notFound');
    const [invalid] = await safe(client.chats.rename({ chatId: -1, title: '' }));
    expect(invalid).toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('measures this computer until an answer is asked for', async () => {
    const measuring = client.plan.measure();
    const chat = await client.chats.create({});
    await client.chats.setSettings({ chatId: chat.id, settings: { ...greedy, maxTokens: 1 } });
    await client.chats.send({ chatId: chat.id, text: 'Hello' });
    expect(await measuring).toEqual({ isNew: false });
  });

  it('lists the built-in model and plans for it', async () => {
    const [model] = await client.models.list();
    expect(model).toMatchObject({
      name: 'Nibble Tiny',
      builtIn: true,
      available: true,
      architecture: 'llama',
    });
    const plan = await client.plan.forModel({ modelId: model?.id ?? 0 });
    expect(plan.pick).toBe(0);
    expect(plan.variants[0]).toMatchObject({ label: 'F16', contextSize: 2048 });
    expect(plan.machine.cpu).toEqual((await client.hardware.snapshot({})).cpu);
  });

  it('keeps settings and tells other windows', async () => {
    const leave = new AbortController();
    const events = await client.live.events(undefined, { signal: leave.signal });
    expect(await client.settings.set({ theme: 'dark' })).toMatchObject({ theme: 'dark', idleMinutes: 5 });
    for await (const event of events) {
      if (event.type !== 'settings') continue;
      expect(event.settings.theme).toBe('dark');
      break;
    }
    leave.abort();
    expect(await client.settings.get()).toMatchObject({ theme: 'dark' });
  });

  it('lets go of a window that leaves', async () => {
    const leave = new AbortController();
    const events = await client.live.events(undefined, { signal: leave.signal });
    await events.next();
    expect(app.hub.subscriberCount).toBe(1);
    leave.abort();
    await expect.poll(() => app.hub.subscriberCount).toBe(0);
  });
});

async function readAnswer(
  events: AsyncIterable<LiveEvent>,
  messageId: number,
): Promise<{ streamed: string; settled: Message }> {
  let streamed = '';
  for await (const event of events) {
    if (event.type === 'delta' && event.messageId === messageId) streamed += event.text;
    if (event.type !== 'message' || event.message.id !== messageId) continue;
    if (!['queued', 'answering'].includes(event.message.status)) return { streamed, settled: event.message };
  }
  throw new Error('the events ended before the answer did');
}

async function problemOf(call: Promise<unknown>): Promise<string | undefined> {
  const [error] = await safe(call);
  if (error === null || !isDefinedError(error)) throw new Error(`no declared error but ${String(error)}`);
  return (error as { data: { code: string } }).data.code;
}
