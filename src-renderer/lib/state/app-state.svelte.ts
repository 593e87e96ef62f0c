import type { Download } from '$contract/downloads.contract.ts';
import type { LiveEvent } from '$contract/live.contract.ts';
import type { ShellInfo } from '$contract/shell.contract.ts';
import type { Message } from '$contract/chats.contract.ts';
import { createContext } from 'svelte';
import type { NibbleClient } from '../client/client.ts';
import { toProblem } from '../client/problem.ts';
import { AccuracyState } from './accuracy-state.svelte.ts';
import { plainName } from '../format/visible-text.ts';
import { ChatsState } from './chats-state.svelte.ts';
import { Conversation } from './conversation.svelte.ts';
import { DiscoverState } from './discover-state.svelte.ts';
import { DownloadsState } from './downloads-state.svelte.ts';
import { Drafts } from './drafts.svelte.ts';
import { EngineState } from './engine-state.svelte.ts';
import { HardwareState } from './hardware-state.svelte.ts';
import { LedgerState } from './ledger-state.svelte.ts';
import { LiveConnection } from './live-connection.svelte.ts';
import { LiveMessages } from './live-messages.svelte.ts';
import { LibraryState } from './library-state.svelte.ts';
import { isUnfinished } from './message-view.svelte.ts';
import { ModelsState } from './models-state.svelte.ts';
import { NetworkState } from './network-state.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { PlanTable } from './plan-table.svelte.ts';
import { PlansState } from './plans-state.svelte.ts';
import { Router } from './router.svelte.ts';
import { SettingsState } from './settings-state.svelte.ts';

/** A finished answer is read out up to here; the rest is on the screen. */
const LONGEST_ANNOUNCEMENT = 1500;

/** All state of the window, one class per area. Created once, handed down by context. */
export class AppState {
  readonly client: NibbleClient;
  readonly shell: ShellInfo;
  readonly router = new Router();
  readonly notices = new Notices();
  readonly drafts = new Drafts();
  readonly live = new LiveMessages();
  readonly engine: EngineState;
  readonly models: ModelsState;
  readonly library: LibraryState;
  readonly downloads: DownloadsState;
  readonly network: NetworkState;
  readonly plans: PlansState;
  readonly planTable: PlanTable;
  readonly discover: DiscoverState;
  readonly settings: SettingsState;
  readonly hardware: HardwareState;
  readonly ledger: LedgerState;
  readonly accuracy: AccuracyState;
  readonly chats: ChatsState;
  readonly connection: LiveConnection;
  #conversation = $state.raw<Conversation>() as Conversation;

  constructor(client: NibbleClient, shell: ShellInfo) {
    this.client = client;
    this.shell = shell;
    this.engine = new EngineState(client);
    this.models = new ModelsState(client);
    this.library = new LibraryState(client);
    this.downloads = new DownloadsState(client, this.notices, (download) => this.#downloadSettled(download));
    this.network = new NetworkState(client);
    this.plans = new PlansState(client);
    this.planTable = new PlanTable(client);
    this.discover = new DiscoverState(client);
    this.settings = new SettingsState(client);
    this.hardware = new HardwareState(client);
    this.ledger = new LedgerState(client);
    this.accuracy = new AccuracyState(client);
    this.chats = new ChatsState(client, this.notices);
    this.connection = new LiveConnection(client, {
      opened: (again) => this.#opened(again),
      event: (event) => this.#apply(event),
    });
    this.#conversation = this.#newConversation(null);
  }

  /** The chat that is open, also while another page is shown. */
  get conversation(): Conversation {
    return this.#conversation;
  }

  /** Opens the stream and follows the address until the returned function is called. */
  start(): () => void {
    const ended = new AbortController();
    const unlisten = this.router.listen();
    void this.connection.run(ended.signal);
    return () => {
      ended.abort();
      unlisten();
      this.live.clear();
      this.planTable.stop();
      this.discover.stop();
      this.library.dispose();
      this.downloads.dispose();
      this.notices.dispose();
    };
  }

  /** Makes `chatId` the open chat; null opens a new one. */
  openChat(chatId: number | null): void {
    if (this.#conversation.id === chatId) return;
    this.#conversation = this.#newConversation(chatId);
    this.live.keepOnly(chatId);
    if (this.connection.state === 'open') void this.#conversation.load();
  }

  /** Opens a new chat with a model. */
  chatWith(modelId: number): void {
    this.router.go({ page: 'chat', chatId: null });
    this.openChat(null);
    void this.conversation.setModel(modelId);
  }

  async deleteChat(chatId: number): Promise<void> {
    if (this.#conversation.id === chatId) this.router.go({ page: 'chat', chatId: null });
    await this.chats.delete(chatId);
  }

  /** Lets a stopped engine start again with the next message. */
  async resetEngine(): Promise<void> {
    try {
      await this.engine.reset();
    } catch (error) {
      this.notices.fail(toProblem(error));
    }
  }

  /** The same, with settings that ask less of this computer. */
  async useSaferSettings(): Promise<void> {
    try {
      await this.engine.useSaferSettings();
    } catch (error) {
      this.notices.fail(toProblem(error));
    }
  }

  #newConversation(chatId: number | null): Conversation {
    return new Conversation(
      {
        client: this.client,
        live: this.live,
        newChat: () => ({
          modelId: this.settings.current?.defaultModelId ?? this.models.builtIn?.id ?? null,
          settings: this.settings.current?.chatDefaults ?? null,
        }),
        created: (chat) => {
          this.chats.put(chat);
          this.router.replace({ page: 'chat', chatId: chat.id });
        },
      },
      chatId,
    );
  }

  #opened(again: boolean): void {
    if (again) this.live.clear();
    const areas = [this.chats, this.settings, this.models, this.downloads];
    for (const loading of areas.map((area) => area.load())) {
      loading.catch((error: unknown) => this.notices.fail(toProblem(error)));
    }
    void this.#conversation.load();
  }

  #apply(event: LiveEvent): void {
    switch (event.type) {
      case 'engine':
        this.engine.apply(event.status);
        break;
      case 'message':
        this.#applyMessage(event.message);
        break;
      case 'delta':
        this.live.append(event.messageId, event.text, event.reasoning);
        break;
      case 'prefill':
        this.live.reading(event.messageId, event);
        break;
      case 'chat':
        this.chats.put(event.chat);
        if (event.chat.id === this.#conversation.id) this.#conversation.rename(event.chat.title);
        break;
      case 'chatDeleted':
        this.chats.drop(event.chatId);
        if (event.chatId === this.#conversation.id) this.router.go({ page: 'chat', chatId: null });
        break;
      case 'models':
        this.models.apply(event.models);
        break;
      case 'library':
        this.library.apply(event.library);
        break;
      case 'downloads':
        this.downloads.apply(event.downloads);
        break;
      case 'settings':
        this.settings.apply(event.settings);
        break;
      default:
        event satisfies never;
    }
  }

  /** Said once: by the page of downloads where it is shown, by a notice everywhere else. */
  #downloadSettled({ name, state, problem, modelId }: Download): void {
    const { route } = this.router;
    const title = `“${plainName(name)}”`;
    const came = state === 'done' ? `${title} is downloaded` : `${title} stopped`;
    const said = problem ? `${came}. ${problem.what}` : came;
    if (route.page === 'models' && route.view === 'downloads') {
      this.downloads.announce(said);
    } else if (problem) {
      const show = () => this.router.go({ page: 'models', view: 'downloads' });
      this.notices.fail({ ...problem, what: said }, { label: 'Show', run: show });
    } else {
      const chat = modelId === null ? null : () => this.chatWith(modelId);
      this.notices.say(said, chat && { label: 'Chat with it', run: chat });
    }
  }

  #applyMessage(message: Message): void {
    const view = this.live.apply(message);
    const isOpen = message.chatId === this.#conversation.id;
    if (isOpen && this.#conversation.chat) this.#conversation.show(view);
    if (message.role !== 'assistant' || isUnfinished(message.status)) return;
    if (isOpen) this.#conversation.announce(announcementOf(message));
    else this.live.keepOnly(this.#conversation.id);
  }
}

function announcementOf({ status, text, problem }: Message): string {
  if (problem) return `The answer failed. ${problem.what}`;
  const start = status === 'stopped' ? 'Answer stopped' : 'Answer';
  return `${start}: ${text.slice(0, LONGEST_ANNOUNCEMENT)}`;
}

export const [getApp, setApp] = createContext<AppState>();
