/**
 * Every protection of the desktop app as a question to a started one. The suite expects them all to hold, and the
 * mutation test expects the right one to fail when the line that gives it is taken out.
 */
import type { BrowserWindowDouble } from '../helpers/electron-double/browser-window.ts';
import type { Double, ElectronDouble } from './desktop.ts';

export interface Started {
  double: Double;
  electron: ElectronDouble;
  window: BrowserWindowDouble;
}

type Question = (started: Started) => boolean | Promise<boolean>;

const FOREIGN = 'https://evil.example/';
const OWN = 'nibble://app/';

function preference(name: string, wanted: boolean): Question {
  return ({ window }) => {
    const preferences = (window.options.webPreferences ?? {}) as Record<string, unknown>;
    return Object.isFrozen(preferences) && preferences[name] === wanted;
  };
}

function preventedEvent(facts: object) {
  let prevented = false;
  return {
    ...facts,
    preventDefault: () => {
      prevented = true;
    },
    get prevented() {
      return prevented;
    },
  };
}

/** Foreign navigation is stopped, and Nibble's own is not. */
function navigation(name: string, ownFacts: object = { isMainFrame: true }): Question {
  return ({ window: { webContents } }) => {
    const foreign = preventedEvent({ url: FOREIGN, isMainFrame: true });
    const own = preventedEvent({ url: `${OWN}index.html`, ...ownFacts });
    webContents.emit(name, foreign);
    webContents.emit(name, own);
    return foreign.prevented && !own.prevented;
  };
}

function prevents(
  emitter: (started: Started) => { emit(name: string, ...args: unknown[]): unknown },
  name: string,
): Question {
  return (started) => {
    const event = preventedEvent({});
    emitter(started).emit(name, event, {}, () => undefined);
    return event.prevented;
  };
}

const contentsOf = ({ window }: Started) => window.webContents;

/** Whether the core answers a page whose frame says this of itself. */
async function getsPort({ electron, window }: Started, facts: object): Promise<boolean> {
  const given: unknown[] = [];
  const frame = {
    url: OWN,
    parent: null,
    detached: false,
    ...facts,
    postMessage: (...message: unknown[]) => given.push(message),
  };
  for (const channel of electron.ipcMain.eventNames()) {
    electron.ipcMain.emit(channel, { sender: window.webContents, senderFrame: frame, ports: [] });
  }
  return given.length > 0;
}

function switchedOn(name: string, value = ''): Question {
  return ({ double }) => double.switches.get(name) === value;
}

export const protections: Record<string, Question> = {
  'every page is sandboxed': ({ double }) => double.sandboxed,
  'the page is sandboxed': preference('sandbox', true),
  'the page and the preload are apart': preference('contextIsolation', true),
  'the page has no Node': preference('nodeIntegration', false),
  'workers have no Node': preference('nodeIntegrationInWorker', false),
  'frames have no Node': preference('nodeIntegrationInSubFrames', false),
  'the same-origin policy holds': preference('webSecurity', true),
  'nothing insecure is mixed in': preference('allowRunningInsecureContent', false),
  'no experimental features': preference('experimentalFeatures', false),
  'no webview tag': preference('webviewTag', false),
  'a dropped file is not navigated to': preference('navigateOnDragDrop', false),
  'no dictionaries are fetched for the page': preference('spellcheck', false),
  'the scheme may not bypass anything': ({ double }) =>
    JSON.stringify(double.privilegedSchemes) ===
    JSON.stringify([
      { scheme: 'nibble', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]),
  'navigation stays': navigation('will-navigate'),
  'redirects stay': navigation('will-redirect'),
  'frames navigate nowhere': async (started) => {
    const frame = preventedEvent({ url: `${OWN}index.html`, isMainFrame: false });
    started.window.webContents.emit('will-frame-navigate', frame);
    return frame.prevented && (await navigation('will-frame-navigate')(started));
  },
  'no webview is attached': prevents(contentsOf, 'will-attach-webview'),
  'no bluetooth device is chosen': prevents(contentsOf, 'select-bluetooth-device'),
  'no window is opened': ({ window }) => window.webContents.openHandler?.({ url: FOREIGN }).action === 'deny',
  'addresses stay hidden from WebRTC': ({ window }) =>
    window.webContents.webRtcPolicy === 'disable_non_proxied_udp',
  'a bad certificate is not trusted': ({ electron }) => {
    const answers: boolean[] = [];
    electron.app.emit('certificate-error', {}, {}, FOREIGN, '', {}, (trust: boolean) => answers.push(trust));
    return answers.length === 1 && answers[0] === false;
  },
  'no password is asked for': prevents(({ electron }) => electron.app, 'login'),
  'no certificate is chosen': prevents(({ electron }) => electron.app, 'select-client-certificate'),
  'nothing is downloaded': prevents(({ electron }) => electron.session.defaultSession, 'will-download'),
  'no permission is given on request': ({ electron }) => {
    const answers: boolean[] = [];
    const ask = electron.session.defaultSession.permissionRequest;
    const details = { isMainFrame: true, requestingUrl: OWN };
    ask?.({} as never, 'media', (granted) => answers.push(granted), details);
    return answers.length === 1 && answers[0] === false;
  },
  'no permission is there to begin with': ({ electron }) => {
    const details = { isMainFrame: true, requestingUrl: OWN } as never;
    return electron.session.defaultSession.permissionCheck?.(null, 'media', OWN, details) === false;
  },
  'only the own page may copy': ({ electron }) => {
    const { permissionCheck } = electron.session.defaultSession;
    const may = (origin: string, isMainFrame: boolean) =>
      permissionCheck?.(null, 'clipboard-sanitized-write', origin, { isMainFrame });
    return may(OWN, true) === true && may(OWN, false) === false && may(FOREIGN, true) === false;
  },
  'no device is given': ({ electron }) =>
    electron.session.defaultSession.devicePermission?.({} as never) === false,
  'no screen is shared': ({ electron }) => {
    const answers: unknown[] = [];
    electron.session.defaultSession.displayMedia?.({} as never, (streams) => answers.push(streams));
    return answers.length === 1 && answers[0] === null;
  },
  'no bluetooth device is paired': ({ electron }) => {
    const answers: unknown[] = [];
    electron.session.defaultSession.bluetoothPairing?.({} as never, (answer) => answers.push(answer));
    return JSON.stringify(answers) === '[{"confirmed":false}]';
  },
  'no request leaves the window': async ({ electron: { session } }) =>
    !(await session.defaultSession.allows(FOREIGN)) &&
    !(await session.defaultSession.allows('file:///etc/passwd')) &&
    (await session.defaultSession.allows(`${OWN}assets/index.js`)),
  'no spell checker': ({ electron }) => !electron.session.defaultSession.spellCheckerEnabled,
  'no name is resolved': switchedOn('host-resolver-rules', 'MAP * ~NOTFOUND'),
  'nothing is fetched in the background': switchedOn('disable-background-networking'),
  'no components are updated': switchedOn('disable-component-update'),
  'no reports on failed connections': switchedOn('disable-domain-reliability'),
  'no names are looked up ahead': switchedOn('dns-prefetch-disable'),
  'no pings': switchedOn('no-pings'),
  'every page gets the security headers': async ({ electron }) => {
    const answer = await electron.protocol.handlers.get('nibble')?.(new Request(OWN));
    const csp = answer?.headers.get('content-security-policy') ?? '';
    return csp.includes("default-src 'none'") && csp.includes("require-trusted-types-for 'script'");
  },
  'the scheme serves one host': async ({ electron }) => {
    const answer = await electron.protocol.handlers.get('nibble')?.(new Request('nibble://other/index.html'));
    return answer?.status === 403;
  },
  'the scheme takes nothing': async ({ electron }) => {
    const serve = electron.protocol.handlers.get('nibble');
    const answer = await serve?.(new Request(OWN, { method: 'POST', body: 'x' }));
    return answer?.status === 405;
  },
  'only listed files are served': async ({ electron }) => {
    const serve = electron.protocol.handlers.get('nibble');
    const answer = await serve?.(new Request(`${OWN}..%2f..%2fpackage.json`));
    return answer?.status === 404;
  },
  'the own page gets a port': (started) => getsPort(started, {}),
  'a foreign page gets no port': async (started) => !(await getsPort(started, { url: FOREIGN })),
  'a frame in the page gets no port': async (started) => !(await getsPort(started, { parent: {} })),
  'a page that was left gets no port': async (started) => !(await getsPort(started, { detached: true })),
  'a sender without a frame is ignored': ({ electron, window }) => {
    for (const channel of electron.ipcMain.eventNames()) {
      electron.ipcMain.emit(channel, { sender: window.webContents, senderFrame: null, ports: [] });
    }
    return true;
  },
};

/** The names of those that do not hold. One that throws does not hold. */
export async function failingProtections(started: Started): Promise<string[]> {
  const failing: string[] = [];
  for (const [name, holds] of Object.entries(protections)) {
    if (!(await ask(holds, started))) failing.push(name);
  }
  return failing;
}

async function ask(holds: Question, started: Started): Promise<boolean> {
  try {
    return await holds(started);
  } catch {
    return false;
  }
}
