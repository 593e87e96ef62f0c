import { AsyncIteratorClass, ORPCError } from '@orpc/client';
import type { AccuracyReport } from '../../src-main/contract/accuracy.contract.ts';
import type { Chat, ChatSettings, Message } from '../../src-main/contract/chats.contract.ts';
import type {
  Download,
  DownloadSpace,
  Network,
  RequestRecord,
} from '../../src-main/contract/downloads.contract.ts';
import type { EngineStatus } from '../../src-main/contract/engine.contract.ts';
import type { Hardware, Ledger } from '../../src-main/contract/hardware.contract.ts';
import type { LiveEvent } from '../../src-main/contract/live.contract.ts';
import type { Model } from '../../src-main/contract/models.contract.ts';
import type { Plan } from '../../src-main/contract/plan.contract.ts';
import type { Problem } from '../../src-main/contract/problem.ts';
import type { Settings } from '../../src-main/contract/settings.contract.ts';
import type { ShellInfo } from '../../src-main/contract/shell.contract.ts';
import type { NibbleClient } from '../../src-renderer/lib/client/client.ts';
import { FakeHub } from './fake-hub.ts';
import { FakeLibrary } from './fake-library.ts';
import * as sample from './fake-samples.ts';

export type TableRequest = Parameters<NibbleClient['plan']['table']>[0];

/**
 * The core, seen from the window: everything in memory, answers written by the test through `delta` and
 * `finish`. Calls behave like the real ones: the question is kept first, the answer arrives as live events.
 */
export class FakeCore {
  readonly chats = new Map<number, Chat>();
  readonly deleted = new Map<number, Chat>();
  readonly messages = new Map<number, Message>();
  models: Model[] = [sample.builtInModel];
  downloads: Download[] = [];
  freeBytes: number | null = sample.freeBytes;
  network: Network = sample.network;
  requests: RequestRecord[] = [];
  settings: Settings = sample.settings;
  engine: EngineStatus = sample.idleEngine;
  hardware: Hardware = sample.hardware;
  plan: Plan = sample.plan;
  /** Whether measuring this computer brings something new; a promise takes its time. */
  measured: boolean | Promise<boolean> = false;
  accuracy: AccuracyReport = sample.noAccuracy;
  ledger: Ledger = sample.ledger;
  /** What was asked of `plan.table`, in order, and how it is answered. */
  readonly tablesAsked: TableRequest[] = [];
  /** What there is to discover. */
  readonly hub = new FakeHub();
  answerTable: (asked: TableRequest) => Plan | Promise<Plan> = sample.answerTable;
  info: ShellInfo = sample.shellInfo;
  /** Names of the procedures that were called, in order. */
  readonly calls: string[] = [];
  readonly #failures = new Map<string, Problem>();
  readonly #held = new Map<string, PromiseWithResolvers<void>>();
  readonly #subscribers = new Set<(event: LiveEvent | null) => void>();
  #nextId = 1;
  /** What else the core knows of models: folders, programs, details. */
  readonly library = new FakeLibrary({
    core: this,
    called: (name) => this.#called(name),
    nextId: () => this.#nextId++,
    refuse: problemAnswer,
  });

  /** The next call of `name`, e.g. `chats.send`, fails with `problem`. */
  failNext(name: string, problem: Problem): void {
    this.#failures.set(name, problem);
  }

  /** Calls of `name` wait until the returned function is called. */
  hold(name: string): () => void {
    const gate = Promise.withResolvers<void>();
    this.#held.set(name, gate);
    return () => {
      this.#held.delete(name);
      gate.resolve();
    };
  }

  addChat(
    title: string,
    settings: ChatSettings = sample.settings.chatDefaults,
    updatedAt = Date.now(),
  ): Chat {
    const id = this.#nextId++;
    const modelId = this.models[0]?.id ?? null;
    const chat: Chat = { id, title, createdAt: updatedAt, updatedAt, modelId, settings };
    this.chats.set(id, chat);
    return chat;
  }

  addMessage(chatId: number, message: Partial<Message> & Pick<Message, 'role' | 'text'>): Message {
    const parent = this.path(chatId).at(-1);
    const complete: Message = {
      id: this.#nextId++,
      chatId,
      parentId: parent?.id ?? null,
      reasoning: '',
      status: 'complete',
      problem: null,
      stats: null,
      modelName: message.role === 'assistant' ? (this.models[0]?.name ?? null) : null,
      notes: [],
      createdAt: Date.now(),
      ...message,
    };
    this.messages.set(complete.id, complete);
    return complete;
  }

  /** The newest branch of a chat, oldest message first. */
  path(chatId: number): Message[] {
    const all = [...this.messages.values()].filter((message) => message.chatId === chatId);
    const path: Message[] = [];
    for (let next = all.findLast((each) => each.parentId === null); next;) {
      path.push(next);
      const { id } = next;
      next = all.findLast((each) => each.parentId === id);
    }
    return path;
  }

  /** The newest answer of a chat. */
  answer(chatId: number): Message {
    const answer = this.path(chatId).findLast((message) => message.role === 'assistant');
    if (!answer) throw new Error(`chat ${chatId} has no answer`);
    return answer;
  }

  emit(event: LiveEvent): void {
    for (const push of this.#subscribers) push(event);
  }

  /** Ends all live streams, as a restart of the core does. */
  disconnect(): void {
    for (const push of this.#subscribers) push(null);
  }

  setEngine(status: Partial<EngineStatus>): void {
    this.engine = { ...this.engine, ...status };
    this.emit({ type: 'engine', status: this.engine });
  }

  setDownloads(downloads: Download[]): void {
    this.downloads = downloads;
    this.emit({ type: 'downloads', downloads });
  }

  changeDownload(downloadId: number, change: Partial<Download>): Download {
    const before = this.downloads.find(({ id }) => id === downloadId);
    if (!before) throw problemAnswer(sample.problems.downloadGone);
    const changed = { ...before, ...change };
    this.setDownloads(this.downloads.map((download) => (download.id === downloadId ? changed : download)));
    return changed;
  }

  delta(message: Message, text: string, reasoning = ''): void {
    const before = this.#message(message.id);
    this.messages.set(message.id, {
      ...before,
      status: 'answering',
      text: before.text + text,
      reasoning: before.reasoning + reasoning,
    });
    if (before.status === 'queued') this.emit({ type: 'message', message: this.#message(message.id) });
    else this.emit({ type: 'delta', chatId: before.chatId, messageId: before.id, text, reasoning });
  }

  finish(message: Message, change: Partial<Message> = {}): void {
    const finished: Message = {
      ...this.#message(message.id),
      status: 'complete',
      stats: sample.stats,
      ...change,
    };
    this.messages.set(message.id, finished);
    this.emit({ type: 'message', message: finished });
  }

  readonly client: NibbleClient = {
    accuracy: {
      report: async () => {
        await this.#called('accuracy.report');
        return this.accuracy;
      },
    },
    chats: {
      list: async () => {
        await this.#called('chats.list');
        return [...this.chats.values()].sort((a, b) => b.updatedAt - a.updatedAt);
      },
      create: async ({ modelId }) => {
        await this.#called('chats.create');
        const chat = this.addChat('New chat', this.settings.chatDefaults);
        return this.#putChat({ ...chat, modelId: modelId ?? chat.modelId });
      },
      get: async ({ chatId }) => {
        await this.#called('chats.get');
        return { chat: this.#chat(chatId), messages: this.path(chatId) };
      },
      rename: async ({ chatId, title }) => {
        await this.#called('chats.rename');
        return this.#putChat({ ...this.#chat(chatId), title });
      },
      setModel: async ({ chatId, modelId }) => {
        await this.#called('chats.setModel');
        return this.#putChat({ ...this.#chat(chatId), modelId });
      },
      setSettings: async ({ chatId, settings }) => {
        await this.#called('chats.setSettings');
        return this.#putChat({ ...this.#chat(chatId), settings });
      },
      delete: async ({ chatId }) => {
        await this.#called('chats.delete');
        this.deleted.set(chatId, this.#chat(chatId));
        this.chats.delete(chatId);
        this.emit({ type: 'chatDeleted', chatId });
      },
      restore: async ({ chatId }) => {
        await this.#called('chats.restore');
        const chat = this.deleted.get(chatId);
        if (!chat) throw problemAnswer(sample.problems.chatGone);
        this.deleted.delete(chatId);
        return this.#putChat(chat);
      },
      send: async ({ chatId, text }) => {
        await this.#called('chats.send');
        const chat = this.#chat(chatId);
        const question = this.addMessage(chatId, { role: 'user', text });
        const answer = this.addMessage(chatId, { role: 'assistant', text: '', status: 'queued' });
        const title = chat.title === 'New chat' ? text.slice(0, 60) : chat.title;
        this.#putChat({ ...chat, title, updatedAt: Date.now() });
        this.emit({ type: 'message', message: question });
        this.emit({ type: 'message', message: answer });
        return { question, answer };
      },
      retry: async ({ chatId, messageId }) => {
        await this.#called('chats.retry');
        const { parentId } = this.#message(messageId);
        const answer = this.addMessage(chatId, { role: 'assistant', text: '', status: 'queued', parentId });
        this.emit({ type: 'message', message: answer });
        return answer;
      },
      stop: async ({ chatId }) => {
        await this.#called('chats.stop');
        this.finish(this.answer(chatId), {
          status: 'stopped',
          stats: { ...sample.stats, stopReason: 'stopped' },
        });
      },
    },
    discover: {
      catalogue: async () => {
        await this.#called('discover.catalogue');
        return this.hub.catalogue;
      },
      verdicts: async () => {
        await this.#called('discover.verdicts');
        return this.hub.verdicts(this.hardware);
      },
      search: async (asked) => {
        await this.#called('discover.search');
        return this.hub.search(asked);
      },
      repository: async ({ repository }) => {
        await this.#called('discover.repository');
        return this.hub.page(repository);
      },
    },
    downloads: {
      list: async () => {
        await this.#called('downloads.list');
        return this.downloads;
      },
      start: async ({ source }) => {
        await this.#called('downloads.start');
        const download: Download = { ...sample.queuedDownload, id: this.#nextId++, source, name: source };
        this.setDownloads([...this.downloads, download]);
        return download;
      },
      pause: async ({ downloadId }) => {
        await this.#called('downloads.pause');
        return this.changeDownload(downloadId, { state: 'paused', bytesPerSecond: null, secondsLeft: null });
      },
      resume: async ({ downloadId }) => {
        await this.#called('downloads.resume');
        return this.changeDownload(downloadId, { state: 'downloading', problem: null, retryAt: null });
      },
      cancel: async ({ downloadId }) => {
        await this.#called('downloads.cancel');
        return this.changeDownload(downloadId, { state: 'cancelled', position: null });
      },
      remove: async ({ downloadId }) => {
        await this.#called('downloads.remove');
        this.setDownloads(this.downloads.filter(({ id }) => id !== downloadId));
      },
      reorder: async ({ downloadIds }) => {
        await this.#called('downloads.reorder');
        const place = ({ id }: Download) => downloadIds.indexOf(id);
        const order = this.downloads.toSorted((a, b) => place(a) - place(b));
        const queue = order.filter(({ state }) => state === 'queued');
        const withPlace = (download: Download) => {
          const index = queue.indexOf(download);
          return { ...download, position: index < 0 ? null : index + 1 };
        };
        this.setDownloads(order.map(withPlace));
        return this.downloads;
      },
      space: async () => {
        await this.#called('downloads.space');
        return this.#space();
      },
      network: async () => {
        await this.#called('downloads.network');
        return this.network;
      },
      setToken: async () => {
        await this.#called('downloads.setToken');
        this.network = { ...this.network, token: { keptIn: 'file', wouldBeKeptIn: 'file' } };
        return this.network;
      },
      clearToken: async () => {
        await this.#called('downloads.clearToken');
        this.network = { ...this.network, token: { keptIn: null, wouldBeKeptIn: 'file' } };
        return this.network;
      },
      requests: async () => {
        await this.#called('downloads.requests');
        return this.requests;
      },
    },
    engine: {
      status: async () => {
        await this.#called('engine.status');
        return this.engine;
      },
      unload: async () => {
        await this.#called('engine.unload');
        this.setEngine(sample.idleEngine);
      },
      reset: async () => {
        await this.#called('engine.reset');
        this.setEngine(sample.idleEngine);
      },
      useSaferSettings: async () => {
        await this.#called('engine.useSaferSettings');
        this.setEngine(sample.idleEngine);
      },
    },
    hardware: {
      ledger: async () => {
        await this.#called('hardware.ledger');
        return this.ledger;
      },
      snapshot: async () => {
        await this.#called('hardware.snapshot');
        return this.hardware;
      },
    },
    live: {
      events: async (_input, options) => {
        await this.#called('live.events');
        const events = this.#subscribe(options?.signal);
        return new AsyncIteratorClass(
          () => events.next(),
          async () => void (await events.return()),
        );
      },
    },
    models: this.library.client,
    plan: {
      measure: async () => {
        await this.#called('plan.measure');
        return { isNew: await this.measured };
      },
      forModel: async () => {
        await this.#called('plan.forModel');
        return this.plan;
      },
      table: async (asked) => {
        this.tablesAsked.push(asked);
        await this.#called('plan.table');
        return this.answerTable(asked);
      },
    },
    settings: {
      get: async () => {
        await this.#called('settings.get');
        return this.settings;
      },
      set: async (change) => {
        await this.#called('settings.set');
        const given = Object.entries(change).filter(([, value]) => value !== undefined);
        this.settings = { ...this.settings, ...(Object.fromEntries(given) as Partial<Settings>) };
        this.emit({ type: 'settings', settings: this.settings });
        return this.settings;
      },
    },
    shell: {
      info: async () => {
        await this.#called('shell.info');
        return this.info;
      },
      pickModelFile: async () => {
        await this.#called('shell.pickModelFile');
        return { path: this.info.canPickFile ? '/models/picked.gguf' : null };
      },
      pickFolder: async () => {
        await this.#called('shell.pickFolder');
        return { path: this.info.canPickFile ? '/models' : null };
      },
    },
  };

  async *#subscribe(signal: AbortSignal | undefined): AsyncGenerator<LiveEvent, void> {
    const backlog: (LiveEvent | null)[] = [{ type: 'engine', status: this.engine }];
    for (const message of this.messages.values()) {
      if (message.status === 'queued' || message.status === 'answering')
        backlog.push({ type: 'message', message });
    }
    let wake = Promise.withResolvers<void>();
    const push = (event: LiveEvent | null) => {
      backlog.push(event);
      wake.resolve();
    };
    this.#subscribers.add(push);
    signal?.addEventListener('abort', () => push(null), { once: true });
    try {
      for (;;) {
        const event = backlog.shift();
        if (event === null) return;
        if (event) yield event;
        else {
          await wake.promise;
          wake = Promise.withResolvers<void>();
        }
      }
    } finally {
      this.#subscribers.delete(push);
    }
  }

  async #called(name: string): Promise<void> {
    this.calls.push(name);
    await this.#held.get(name)?.promise;
    const problem = this.#failures.get(name);
    if (!problem) return;
    this.#failures.delete(name);
    throw problemAnswer(problem);
  }

  #space(): DownloadSpace {
    const missing = this.downloads.map(({ state, totalBytes, receivedBytes }) =>
      ['done', 'failed', 'cancelled'].includes(state) ? 0 : Math.max(0, (totalBytes ?? 0) - receivedBytes),
    );
    return {
      folder: this.settings.downloads.folder ?? '/home/ada/models',
      freeBytes: this.freeBytes,
      neededBytes: missing.reduce((sum, bytes) => sum + bytes, 0),
    };
  }

  #putChat(chat: Chat): Chat {
    this.chats.set(chat.id, chat);
    const { id, title, createdAt, updatedAt } = chat;
    this.emit({ type: 'chat', chat: { id, title, createdAt, updatedAt } });
    return chat;
  }

  #chat(chatId: number): Chat {
    const chat = this.chats.get(chatId);
    if (!chat) throw problemAnswer(sample.problems.chatGone);
    return chat;
  }

  #message(messageId: number): Message {
    const message = this.messages.get(messageId);
    if (!message) throw new Error(`no message ${messageId}`);
    return message;
  }
}

/** A failure as it arrives over the wire. */
function problemAnswer(problem: Problem): ORPCError<'PROBLEM', Problem> {
  return new ORPCError('PROBLEM', { defined: true, status: 422, data: problem });
}
