/**
 * A window's page in real Chromium. Chromium knows the scheme `nibble:` only inside Electron, so the page lives at
 * an https address that exists nowhere: every request is answered from here, with the app's own scheme handler, and
 * addresses are translated both ways. The preload runs in an isolated world of the page, as it does in Electron.
 */
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, CDPSession, Page, Route } from 'playwright';
import type { WebContentsDouble } from './browser-window.ts';
import { double, preventable } from './double.ts';
import type { MessagePortDouble } from './message-ports.ts';
import { mainWorldScript, preloadWorldScript } from './page-scripts.ts';
import { protocol, session } from './session.ts';
import { ipcMain } from './system.ts';

const APP_ORIGIN = 'nibble://app';
const PAGE_ORIGIN = 'https://nibble.test';
const WORLD = 'nibble preload';
const BINDING = '__nibbleToMain';

type FromPage =
  { type: 'send'; channel: string; args: unknown[] } | { type: 'port'; id: number; data: string };

export class PageHost {
  readonly page: Page;
  readonly #contents: WebContentsDouble;
  readonly #cdp: CDPSession;
  readonly #ports = new Map<number, MessagePortDouble>();
  #lastPort = 0;
  #world: number | null = null;
  /** Loads that main asked for itself raise no navigation events. */
  #loading = false;

  static async open(
    browser: Browser,
    contents: WebContentsDouble,
    preload: string | undefined,
  ): Promise<PageHost> {
    const context = await browser.newContext();
    const page = await context.newPage();
    const host = new PageHost(contents, page, await context.newCDPSession(page));
    await host.#prepare(context, preload === undefined ? '' : await readFile(preload, 'utf8'));
    return host;
  }

  private constructor(contents: WebContentsDouble, page: Page, cdp: CDPSession) {
    this.#contents = contents;
    this.page = page;
    this.#cdp = cdp;
  }

  async load(url: string): Promise<void> {
    await this.#whileLoading(() => this.page.goto(toPage(url)));
  }

  async reload(): Promise<void> {
    await this.#whileLoading(() => this.page.reload());
  }

  close(): Promise<void> {
    return this.page.context().close();
  }

  /** What `WebFrameMain.postMessage` does. */
  async send(channel: string, message: unknown, transfer: MessagePortDouble[]): Promise<void> {
    const ids = transfer.map((port) => this.#adopt(port));
    await this.#tellWorld({ type: 'message', channel, message, ports: ids });
  }

  async #prepare(context: BrowserContext, preload: string): Promise<void> {
    // What another page than the window's asks for never gets far: such a page is closed at once.
    await context.route('**/*', (route) => route.abort());
    await this.page.route('**/*', (route) =>
      this.#answer(route).catch((error: unknown) => {
        if (!this.page.isClosed()) throw error;
      }),
    );
    context.on('page', (popup) => void popup.close());
    this.page.on('framenavigated', (frame) => {
      if (frame === this.page.mainFrame()) this.#contents.mainFrame.url = toApp(frame.url());
    });
    this.#cdp.on('Page.windowOpen', ({ url }) => void this.#contents.openHandler?.({ url: toApp(url) }));
    this.#cdp.on('Runtime.executionContextCreated', ({ context: { id, name } }) => {
      if (name === WORLD) this.#enterWorld(id);
    });
    this.#cdp.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === BINDING) this.#receive(JSON.parse(payload) as FromPage);
    });
    await this.#cdp.send('Page.enable');
    await this.#cdp.send('Runtime.enable');
    await this.#cdp.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
    await this.#cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldScript() });
    await this.#cdp.send('Page.addScriptToEvaluateOnNewDocument', {
      source: preloadWorldScript(preload, process.platform),
      worldName: WORLD,
    });
  }

  async #whileLoading(load: () => Promise<unknown>): Promise<void> {
    this.#loading = true;
    await load();
    this.#loading = false;
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = toApp(request.url());
    if (request.isNavigationRequest() && !this.#loading && this.#isPrevented(url, request.frame())) {
      return route.abort('aborted');
    }
    if (!(await session.defaultSession.allows(url))) {
      double.cancelledRequests.push(url);
      return route.abort('blockedbyclient');
    }
    const handler = protocol.handlers.get(new URL(url).protocol.replace(':', ''));
    if (handler === undefined) {
      double.leakedRequests.push(url);
      return route.abort('failed');
    }
    const response = await handler(new Request(url, { method: request.method() }));
    const headers = Object.fromEntries(response.headers);
    await route.fulfill({
      status: response.status,
      headers,
      body: Buffer.from(await response.arrayBuffer()),
    });
  }

  #isPrevented(url: string, frame: ReturnType<Page['mainFrame']>): boolean {
    const isMainFrame = frame === this.page.mainFrame();
    const event = preventable({ url, isMainFrame, isSameDocument: false, frame: null });
    this.#contents.emit('will-frame-navigate', event);
    if (isMainFrame) this.#contents.emit('will-navigate', event);
    return event.defaultPrevented;
  }

  /** A new document: the ports of the one before are gone. */
  #enterWorld(id: number): void {
    this.#world = id;
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  #adopt(port: MessagePortDouble): number {
    const id = ++this.#lastPort;
    this.#ports.set(id, port);
    port.on('message', ({ data }: { data: unknown }) => {
      if (typeof data !== 'string') throw new Error('the stand-in carries text only');
      void this.#tellWorld({ type: 'port', id, data });
    });
    port.once('close', () => {
      if (this.#ports.delete(id)) void this.#tellWorld({ type: 'close', id });
    });
    port.start();
    return id;
  }

  #receive(message: FromPage): void {
    if (message.type === 'port') {
      this.#ports.get(message.id)?.postMessage(message.data);
      return;
    }
    const event = { sender: this.#contents, senderFrame: this.#contents.mainFrame, ports: [] };
    ipcMain.emit(message.channel, event, ...message.args);
  }

  async #tellWorld(message: object): Promise<void> {
    const world = this.#world;
    if (world === null || this.page.isClosed()) return;
    const expression = `__nibbleFromMain(${JSON.stringify(message)})`;
    await this.#cdp.send('Runtime.evaluate', { expression, contextId: world }).catch((error: unknown) => {
      // The document was left meanwhile.
      if (this.#world === world && !this.page.isClosed()) throw error;
    });
  }
}

function toPage(url: string): string {
  return url.startsWith(APP_ORIGIN) ? PAGE_ORIGIN + url.slice(APP_ORIGIN.length) : url;
}

function toApp(url: string): string {
  return url.startsWith(`${PAGE_ORIGIN}/`) ? APP_ORIGIN + url.slice(PAGE_ORIGIN.length) : url;
}
