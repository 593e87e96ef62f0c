/**
 * What runs inside the page before it: the preload with its few modules of Electron in a world of its own, and in the
 * page's world the receiver of what the preload exposes. The two worlds share the document and nothing else, so
 * they speak by events, whose details are copied from one to the other.
 */
interface Exposed {
  name: string;
  constants: Record<string, unknown>;
  functions: string[];
}

export function mainWorldScript(): string {
  return `(${String(receiveExposed)})()`;
}

export function preloadWorldScript(preload: string, platform: string): string {
  // A sandboxed preload is a CommonJS module.
  const wrapped = `(require, process) => { const module = { exports: {} }; const { exports } = module; ${preload}\n}`;
  return `(${String(runPreload)})(${wrapped}, ${JSON.stringify(platform)})`;
}

/** Self-contained: it is sent to the page as text. */
function receiveExposed(): void {
  window.addEventListener('nibble-double:expose', (event) => {
    const { name, constants, functions } = (event as CustomEvent<Exposed>).detail;
    const call = (key: string, args: unknown[]) => {
      let result: unknown;
      const keep = (answer: Event) => {
        result = (answer as CustomEvent<unknown>).detail;
      };
      window.addEventListener('nibble-double:result', keep, { once: true });
      window.dispatchEvent(new CustomEvent('nibble-double:call', { detail: { key, args } }));
      return result;
    };
    const api: Record<string, unknown> = { ...constants };
    for (const key of functions) api[key] = (...args: unknown[]) => call(key, args);
    Object.defineProperty(window, name, { value: Object.freeze(api), enumerable: true });
  });
}

/** Self-contained: it is sent to the page as text. */
function runPreload(
  preload: (require: (name: string) => unknown, process: unknown) => void,
  platform: string,
) {
  type Listener = (event: { ports: MessagePort[] }, message: unknown) => void;
  type FromMain =
    | { type: 'message'; channel: string; message: unknown; ports: number[] }
    | { type: 'port'; id: number; data: string }
    | { type: 'close'; id: number };
  const world = globalThis as unknown as {
    __nibbleToMain: (json: string) => void;
    __nibbleFromMain: (message: FromMain) => void;
  };
  const toMain = (message: object) => world.__nibbleToMain(JSON.stringify(message));
  const listeners = new Map<string, Listener[]>();
  const ports = new Map<number, MessagePort>();

  const openPort = (id: number) => {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = ({ data }) => toMain({ type: 'port', id, data: data as unknown });
    ports.set(id, port2);
    return port1;
  };
  world.__nibbleFromMain = (message) => {
    if (message.type === 'port') ports.get(message.id)?.postMessage(message.data);
    else if (message.type === 'close') ports.get(message.id)?.close();
    else {
      const event = { ports: message.ports.map(openPort) };
      for (const listener of listeners.get(message.channel) ?? []) listener(event, message.message);
    }
  };

  const electron = {
    contextBridge: {
      exposeInMainWorld(name: string, api: Record<string, unknown>) {
        const entries = Object.entries(api);
        const isFunction = ([, value]: [string, unknown]) => typeof value === 'function';
        window.addEventListener('nibble-double:call', (event) => {
          const { key, args } = (event as CustomEvent<{ key: string; args: unknown[] }>).detail;
          const detail = (api[key] as (...given: unknown[]) => unknown)(...args);
          window.dispatchEvent(new CustomEvent('nibble-double:result', { detail }));
        });
        const detail = {
          name,
          constants: Object.fromEntries(entries.filter((entry) => !isFunction(entry))),
          functions: entries.filter(isFunction).map(([key]) => key),
        };
        window.dispatchEvent(new CustomEvent('nibble-double:expose', { detail }));
      },
    },
    ipcRenderer: {
      send: (channel: string, ...args: unknown[]) => toMain({ type: 'send', channel, args }),
      on: (channel: string, listener: Listener) => {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      },
    },
    webUtils: { getPathForFile: (file: File) => `/dropped/${file.name}` },
  };
  const require = (name: string) => {
    if (name !== 'electron') throw new Error(`a sandboxed preload has no module "${name}"`);
    return electron;
  };
  preload(require, { platform });
}
