import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  HandlerDetails,
  Rectangle,
  WebContents,
} from 'electron';
import { EventEmitter } from 'node:events';
import { app } from './app.ts';
import { double } from './double.ts';
import type { MessagePortDouble } from './message-ports.ts';
import { PageHost } from './page-host.ts';

type OpenHandler = (details: Pick<HandlerDetails, 'url'>) => { action: string };

/** The top frame of a window's page. */
export interface FrameDouble {
  url: string;
  detached: boolean;
  parent: FrameDouble | null;
  postMessage(channel: string, message: unknown, transfer?: MessagePortDouble[]): void;
}

export class WebContentsDouble
  extends EventEmitter
  implements Pick<WebContents, 'reload' | 'setWebRTCIPHandlingPolicy'>
{
  static #lastId = 0;
  readonly id = ++WebContentsDouble.#lastId;
  readonly mainFrame: FrameDouble;
  webRtcPolicy = 'default';
  /** Null until Nibble has set one; Electron would open the window then. */
  openHandler: OpenHandler | null = null;
  page: Promise<PageHost> | null = null;

  constructor(preload: string | undefined) {
    super();
    const { browser } = double;
    if (browser !== null) this.page = PageHost.open(browser, this, preload);
    this.mainFrame = {
      url: '',
      detached: false,
      parent: null,
      postMessage: (channel, message, transfer = []) => {
        void this.page?.then((page) => page.send(channel, message, transfer));
      },
    };
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRtcPolicy = policy;
  }

  reload(): void {
    void this.page?.then((page) => page.reload());
  }
}

type UsedOfWindow =
  'close' | 'destroy' | 'focus' | 'isDestroyed' | 'isMinimized' | 'loadURL' | 'maximize' | 'show';

export class BrowserWindowDouble extends EventEmitter implements Pick<BrowserWindow, UsedOfWindow> {
  static fromWebContents(contents: WebContentsDouble): BrowserWindowDouble | null {
    return double.windows.find((window) => window.webContents === contents) ?? null;
  }

  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: WebContentsDouble;
  readonly loadedUrls: string[] = [];
  backgroundColor: string | undefined;
  visible = false;
  focused = false;
  minimized = false;
  maximized = false;
  bounds: Rectangle;
  #destroyed = false;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    this.backgroundColor = options.backgroundColor;
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.bounds = { x, y, width, height };
    this.webContents = new WebContentsDouble(options.webPreferences?.preload);
    double.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    this.loadedUrls.push(url);
    this.webContents.mainFrame.url = url;
    await (await this.webContents.page)?.load(url);
    this.emit('ready-to-show');
  }

  show(): void {
    this.visible = true;
  }

  focus(): void {
    this.focused = true;
  }

  isMinimized(): boolean {
    return this.minimized;
  }

  restore(): void {
    this.minimized = false;
  }

  maximize(): void {
    this.maximized = true;
  }

  isMaximized(): boolean {
    return this.maximized;
  }

  getNormalBounds(): Rectangle {
    return this.bounds;
  }

  setBackgroundColor(color: string): void {
    this.backgroundColor = color;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  close(): void {
    this.emit('close', {});
    this.destroy();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    double.windows = double.windows.filter((window) => window !== this);
    this.webContents.mainFrame.detached = true;
    double.closing.push(Promise.resolve(this.webContents.page?.then((page) => page.close())));
    this.emit('closed');
    if (double.windows.length === 0) app.emit('window-all-closed');
  }
}
