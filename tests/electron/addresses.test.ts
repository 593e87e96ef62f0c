/** What addresses may do: be navigated to, be requested, be opened outside. Everything unusual is refused. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOwnAddress } from '../../src-main/shells/electron/app-address.ts';
import { externalLink } from '../../src-main/shells/electron/external-links.ts';
import { launchDesktop, type Desktop } from './desktop.ts';

const own = [
  'nibble://app',
  'nibble://app/',
  'nibble://app/index.html',
  'nibble://app/#/settings',
  'nibble://app/?a=b',
  'nibble://app/assets/../index.html',
  'NIBBLE://app/',
];

/** Looks like Nibble's own to a careless eye or a careless pattern. */
const lookalikes = [
  'nibble://evil/',
  'nibble://app.evil/',
  'nibble://app.evil.example/',
  'nibble://evil.app/',
  'nibble://app@evil/',
  'nibble://user@app/',
  'nibble://user:password@app/',
  'nibble://app:80/',
  'nibble://app:app@app/',
  'nibble://app%2eevil/',
  'nibble://app%00/',
  'nibble://APP/',
  'nibble://аpp/',
  'nibble://app\u200b/',
  'nibble:///app/',
  'nibble:app/',
  'nibble:/app/',
  'nibble:',
  'nibble:\\\\app\\',
  'nibbles://app/',
  'xnibble://app/',
  'nibble+x://app/',
  'http://app/',
  '//app/',
  '/app/',
  'app',
  ' nibble ://app/',
  '',
];

const schemes = [
  'http',
  'ws',
  'wss',
  'ftp',
  'sftp',
  'ssh',
  'smb',
  'nfs',
  'file',
  'filesystem',
  'data',
  'blob',
  'javascript',
  'vbscript',
  'about',
  'view-source',
  'chrome',
  'chrome-extension',
  'devtools',
  'electron',
  'app',
  'vscode',
  'vscode-insiders',
  'cursor',
  'ms-msdt',
  'ms-officecmd',
  'ms-settings',
  'ms-word',
  'ms-excel',
  'ms-search',
  'search-ms',
  'search',
  'steam',
  'slack',
  'zoommtg',
  'msteams',
  'tel',
  'sms',
  'callto',
  'skype',
  'facetime',
  'itms',
  'itms-services',
  'market',
  'intent',
  'android-app',
  'magnet',
  'ed2k',
  'bitcoin',
  'ethereum',
  'git',
  'git+ssh',
  'svn',
  'ldap',
  'telnet',
  'gopher',
  'jar',
  'mk',
  'mhtml',
  'res',
  'shell',
  'ms-its',
  'hcp',
  'rtsp',
  'rtmp',
  'mms',
  'irc',
  'xmpp',
  'news',
  'nntp',
  'webcal',
  'feed',
  'dav',
  'davs',
  'afp',
  'vnc',
  'rdp',
  'x-apple',
  'x-man-page',
  'applescript',
  'help',
  'addressbook',
  'ipp',
  'ipps',
  'prefs',
  'dict',
  'urn',
  'tag',
  'wais',
  'cid',
  'mid',
  'z39.50s',
  'doi',
  'info',
  'jdbc',
  'wyciwyg',
  'resource',
  'moz-icon',
  'ipfs',
  'ipns',
  'unknown',
];
const foreignSchemes = schemes.map((scheme) => `${scheme}://evil.example/path`);

const oddForms = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  '\u0001javascript:alert(1)',
  'javascript://app/%0aalert(1)',
  'data:text/html,<script>alert(1)</script>',
  'data:text/html;base64,PHNjcmlwdD4=',
  'blob:nibble://app/0000',
  'blob:https://evil.example/0000',
  'file:///etc/passwd',
  'file://localhost/etc/passwd',
  'file:\\\\server\\share',
  '\\\\server\\share\\file',
  'C:\\Windows\\System32\\calc.exe',
  'c:/windows/system32/calc.exe',
  '/etc/passwd',
  '../../etc/passwd',
  'about:blank',
  'about:srcdoc',
  'https://',
  'https:',
  'https:///',
  'https://user@example.com/',
  'https://user:password@example.com/',
  'https://:password@example.com/',
  'https://example.com@evil.example/',
  'https://example.com:443@evil.example/',
  'https://example.com%2f@evil.example/',
  'https://example.com\\@evil.example@/',
  'https://exam\u202eple.com/',
  'https://example.com/\u202egpj.exe',
  'https://example.com/\u2066x',
  'https://example.com/\u200b',
  'https://exam\u00adple.com/',
  'https://example.com/\u0000',
  'https://example.com/\n',
  'https://example.com/\r\nHost: evil',
  '\thttps://example.com/',
  'https://example.com/\u{e0041}',
  'https://example.com/\u2028',
  'https://[::1',
  'https:\\\\example.com\\a',
  'https://exa mple.com/',
  'https://%zz/',
  'https://example.com:99999/',
  `https://example.com/${'a'.repeat(2_030)}`,
  'mailto:',
  'mailto:?bcc=evil@evil.example',
  'mailto:a@b.example\nBcc: c@d.example',
  `mailto:a@b.example?body=${'a'.repeat(2_030)}`,
  'http://example.com/',
  'http://localhost:11434/',
  'http://127.0.0.1/',
  'ht\ttps://evil.example/',
  'h\u0074tp://evil.example/',
  'https\u2236//evil.example/',
  'ｈttps://evil.example/',
  'urn:isbn:0',
  '#',
  '?',
  'null',
  'undefined',
  '[object Object]',
];

const foreign = [...new Set([...lookalikes, ...foreignSchemes, ...oddForms])];

/** Harmless links, with whom the question names. Letters that look like others show as what they are. */
const openable: [string, string][] = [
  ['https://example.com/', 'example.com'],
  ['HTTPS://EXAMPLE.COM/', 'example.com'],
  ['https://example.com:8443/a?b#c', 'example.com:8443'],
  ['https://huggingface.co/models', 'huggingface.co'],
  ['https://еxample.com/', 'xn--xample-2of.com'],
  ['https://münchen.example/', 'xn--mnchen-3ya.example'],
  ['https://127.1/', '127.0.0.1'],
  ['https://0x7f000001/', '127.0.0.1'],
  ['https://[::1]/', '[::1]'],
  ['https:example.com', 'example.com'],
  ['https://nibble/app/', 'nibble'],
  ['https://nibble://app/', 'nibble'],
  ['https://nibble.app/', 'nibble.app'],
  ['mailto:person@example.com', 'person@example.com'],
  ['mailto:person@example.com?subject=Hi', 'person@example.com'],
];

let desktop: Desktop;
beforeAll(async () => {
  desktop = await launchDesktop();
});
afterAll(() => desktop[Symbol.asyncDispose]());

function isNavigable(url: string): boolean {
  let prevented = false;
  for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
    desktop.window.webContents.emit(name, {
      url,
      isMainFrame: true,
      preventDefault: () => (prevented = true),
    });
  }
  return !prevented;
}

describe('addresses', () => {
  it('are 200 or more', () => {
    expect(foreign.length + own.length + openable.length).toBeGreaterThanOrEqual(200);
  });

  it.each(own)('may be navigated to: %s', (url) => {
    expect({ own: isOwnAddress(url), navigable: isNavigable(url) }).toEqual({ own: true, navigable: true });
  });

  it.each([...foreign, ...openable.map(([url]) => url)])('may not be navigated to: %j', (url) => {
    expect({ own: isOwnAddress(url), navigable: isNavigable(url) }).toEqual({ own: false, navigable: false });
  });

  it.each([...foreign, ...own])('may not be opened outside: %j', async (url) => {
    expect(externalLink(url)).toBeNull();
    expect(desktop.window.webContents.openHandler?.({ url })).toEqual({ action: 'deny' });
    expect(desktop.double.messageBoxes).toEqual([]);
  });

  it.each(openable)('may be opened outside after a question: %j', (url, recipient) => {
    expect(externalLink(url)?.recipient).toBe(recipient);
  });

  it('are asked for in ASCII, so that none passes for another', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['https'] }), fc.string({ unit: 'grapheme' }), (url, more) => {
        const link = externalLink(url + more);
        if (link === null) return;
        expect(link.recipient).toMatch(/^[\x21-\x7e]+$/);
        expect(link.url).toMatch(/^https:\/\//);
        expect(new URL(link.url).host).toBe(link.recipient);
      }),
    );
  });

  it('of any form never throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(isOwnAddress(text) && externalLink(text) !== null).toBe(false);
      }),
    );
  });
});
