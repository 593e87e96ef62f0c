/** One line taken out of the desktop app for each protection, and the protection that must be missed then. */
export interface Mutation {
  protection: string;
  /** Below src-main/shells. */
  file: string;
  find: string;
  replace?: string;
}

function preference(protection: string, line: string): Mutation {
  return { protection, file: 'electron/web-preferences.ts', find: `    ${line},\n` };
}

function guard(protection: string, find: string, replace = ''): Mutation {
  return { protection, file: 'electron/guard-contents.ts', find, replace };
}

function permission(protection: string, find: string, replace = ''): Mutation {
  return { protection, file: 'electron/permissions.ts', find, replace };
}

function network(protection: string, find: string, replace = ''): Mutation {
  return { protection, file: 'electron/network.ts', find, replace };
}

const deny = '(event) => event.preventDefault());';

export const mutations: Mutation[] = [
  { protection: 'every page is sandboxed', file: 'electron/main.ts', find: '  app.enableSandbox();\n' },
  preference('the page is sandboxed', 'sandbox: true'),
  preference('the page and the preload are apart', 'contextIsolation: true'),
  preference('the page has no Node', 'nodeIntegration: false'),
  preference('workers have no Node', 'nodeIntegrationInWorker: false'),
  preference('frames have no Node', 'nodeIntegrationInSubFrames: false'),
  preference('the same-origin policy holds', 'webSecurity: true'),
  preference('nothing insecure is mixed in', 'allowRunningInsecureContent: false'),
  preference('no experimental features', 'experimentalFeatures: false'),
  preference('no webview tag', 'webviewTag: false'),
  preference('a dropped file is not navigated to', 'navigateOnDragDrop: false'),
  preference('no dictionaries are fetched for the page', 'spellcheck: false'),
  {
    protection: 'the page is sandboxed',
    file: 'electron/web-preferences.ts',
    find: 'Object.freeze(',
    replace: '(',
  },
  {
    protection: 'the scheme may not bypass anything',
    file: 'electron/app-protocol.ts',
    find: 'standard: true',
    replace: 'standard: true, bypassCSP: true',
  },
  guard('navigation stays', "  contents.on('will-navigate', stay);\n"),
  guard('redirects stay', "  contents.on('will-redirect', stay);\n"),
  guard('frames navigate nowhere', '!event.isMainFrame || ', ''),
  guard('navigation stays', 'if (!isOwnAddress(event.url)) event', 'if (!event.url) event'),
  guard('no webview is attached', `  contents.on('will-attach-webview', ${deny}\n`),
  guard('no bluetooth device is chosen', `  contents.on('select-bluetooth-device', ${deny}\n`),
  guard('no window is opened', "action: 'deny'", "action: 'allow'"),
  guard(
    'addresses stay hidden from WebRTC',
    "  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');\n",
  ),
  guard('a bad certificate is not trusted', 'trust(false)', 'trust(true)'),
  guard('no password is asked for', `  app.on('login', ${deny}\n`),
  guard('no certificate is chosen', `  app.on('select-client-certificate', ${deny}\n`),
  network('nothing is downloaded', `  session.on('will-download', ${deny}\n`),
  permission('no permission is given on request', 'answer(permission === GRANTED && ', 'answer('),
  permission(
    'no permission is there to begin with',
    '      permission === GRANTED && isMainFrame',
    '      isMainFrame',
  ),
  permission('only the own page may copy', 'isMainFrame && isOwnAddress(requestingOrigin)', 'isMainFrame'),
  permission(
    'only the own page may copy',
    'isMainFrame && isOwnAddress(requestingOrigin)',
    'isOwnAddress(requestingOrigin)',
  ),
  permission('no device is given', '() => false', '() => true'),
  permission(
    'no screen is shared',
    '  session.setDisplayMediaRequestHandler((_request, answer) => answer(null));\n',
  ),
  permission('no bluetooth device is paired', 'confirmed: false', 'confirmed: true'),
  network('no request leaves the window', '!isOwnAddress(url) && ', 'url === "" && '),
  network('no spell checker', '  session.setSpellCheckerEnabled(false);\n'),
  network('no name is resolved', "  commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');\n"),
  network(
    'nothing is fetched in the background',
    "  commandLine.appendSwitch('disable-background-networking');\n",
  ),
  network('no components are updated', "  commandLine.appendSwitch('disable-component-update');\n"),
  network('no reports on failed connections', "  commandLine.appendSwitch('disable-domain-reliability');\n"),
  network('no names are looked up ahead', "  commandLine.appendSwitch('dns-prefetch-disable');\n"),
  network('no pings', "  commandLine.appendSwitch('no-pings');\n"),
  {
    protection: 'every page gets the security headers',
    file: 'electron/app-protocol.ts',
    find: '...securityHeaders, ',
  },
  {
    protection: 'the scheme serves one host',
    file: 'electron/app-protocol.ts',
    find: '  if (!isOwnAddress(request.url)) return refusal(403);\n',
  },
  {
    protection: 'the scheme takes nothing',
    file: 'electron/app-protocol.ts',
    find: 'return refusal(405);',
    replace: 'request.method;',
  },
  {
    protection: 'only listed files are served',
    file: 'electron/app-protocol.ts',
    find: 'files.get(new URL(request.url).pathname)',
    replace: "files.get('/')",
  },
  {
    protection: 'a foreign page gets no port',
    file: 'electron/checked-ipc.ts',
    find: ' && isOwnAddress(frame.url)',
  },
  {
    protection: 'a frame in the page gets no port',
    file: 'electron/checked-ipc.ts',
    find: ' && frame.parent === null',
  },
  {
    protection: 'a page that was left gets no port',
    file: 'electron/checked-ipc.ts',
    find: ' && !frame.detached',
  },
  {
    protection: 'a sender without a frame is ignored',
    file: 'electron/checked-ipc.ts',
    find: 'frame !== null && ',
  },
];
