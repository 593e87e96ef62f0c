/** What Electron's security checklist asks of the sources themselves, read from their syntax. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const shell = join(root, 'src-main/shells/electron');
const files = readdirSync(shell).filter((name) => name.endsWith('.ts'));

interface Found {
  file: string;
  text: string;
}

/** All nodes of the shell's sources for which `wanted` holds. */
function find(wanted: (node: ts.Node) => boolean): Found[] {
  return files.flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(join(shell, file), 'utf8'), ts.ScriptTarget.Latest);
    const found: Found[] = [];
    const visit = (node: ts.Node): void => {
      if (wanted(node)) found.push({ file, text: node.getText(source) });
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

function callsOf(...names: string[]): Found[] {
  return find(
    (node) =>
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      names.includes(node.expression.name.text),
  );
}

/** The files that import `name` from Electron. */
function importersOf(name: string): string[] {
  const named = new RegExp(`\\b${name}\\b.*from 'electron'`, 's');
  return find(ts.isImportDeclaration)
    .filter(({ text }) => named.test(text))
    .map(({ file }) => file);
}

describe('the sources of the desktop app', () => {
  it('load addresses of the app scheme only', () => {
    const loads = find(ts.isCallExpression).filter(({ text }) => text.startsWith('load('));
    expect(loads.map(({ text }) => text)).toEqual([
      'load(window, APP_ADDRESS)',
      'load(window, `${APP_ADDRESS}${place}`)',
    ]);
    expect(callsOf('loadURL').map(({ text }) => text)).toEqual(['window.loadURL(address)']);
    expect(callsOf('loadFile', 'executeJavaScript', 'insertCSS', 'addPreloadScript', 'setPreloads')).toEqual(
      [],
    );
  });

  it('name no address on the web', () => {
    const strings = find(
      (node) => ts.isStringLiteralLike(node) && /^(https?|wss?|file):\/\//.test(node.text),
    );
    expect(strings).toEqual([]);
  });

  it('make windows in one place', () => {
    const made = find(ts.isNewExpression).filter(({ text }) => /^new \w*(Window|View)\(/.test(text));
    expect(made.map(({ file }) => file)).toEqual(['main-window.ts']);
  });

  it('open a channel in one place, and links in one place', () => {
    expect(importersOf('ipcMain')).toEqual(['checked-ipc.ts']);
    expect(importersOf('ipcRenderer')).toEqual(['preload.ts']);
    expect(importersOf('shell')).toEqual(['external-links.ts', 'file-manager.ts']);
    const opening = find(
      (node) => ts.isPropertyAccessExpression(node) && /^open(External|Path)$/.test(node.name.text),
    );
    expect(new Set(opening.map(({ file }) => file))).toEqual(new Set(['external-links.ts']));
    expect(importersOf('crashReporter')).toEqual([]);
    expect(importersOf('remote')).toEqual([]);
  });

  it('answer no channel synchronously and hand out no handler', () => {
    expect(
      callsOf('handle', 'handleOnce', 'sendSync', 'invoke', 'sendToHost').map(({ text }) => text),
    ).toEqual([expect.stringContaining('protocol.handle(APP_SCHEME')]);
  });

  it('switch nothing dangerous on', () => {
    const dangerous = ['enableBlinkFeatures', 'allowpopups', 'nodeIntegration: true', 'webSecurity: false'];
    const all = files.map((file) => readFileSync(join(shell, file), 'utf8')).join('\n');
    expect(dangerous.filter((text) => all.includes(text))).toEqual([]);
    const switches = callsOf('appendSwitch').map(({ text }) => text);
    expect(
      switches.filter((text) => /no-sandbox|disable-web-security|remote-debugging|ignore-cert/.test(text)),
    ).toEqual([]);
  });

  it('give the page a function and a constant, and nothing of Electron', () => {
    const [exposed, ...more] = callsOf('exposeInMainWorld');
    expect(more).toEqual([]);
    expect(exposed?.text.replaceAll(/\s*\/\*\*.*\*\//g, '')).toMatchInlineSnapshot(`
      "contextBridge.exposeInMainWorld('nibble', {
        platform: process.platform,
        pathForFile: (file: File) => webUtils.getPathForFile(file),
      })"
    `);
  });

  it('stay small before the page', () => {
    expect(readFileSync(join(root, 'out/preload/preload.cjs')).length).toBeLessThan(5_000);
  });
});

describe('the package', () => {
  it('sets every fuse that electron-builder knows', () => {
    const config = readFileSync(join(root, 'build/electron-builder.yml'), 'utf8');
    const lines = [...config.matchAll(/^ {2}(\w+): (true|false)$/gm)];
    const fuses = new Map(lines.map(([, name = '', value]) => [name, value === 'true']));
    expect(Object.fromEntries(fuses)).toMatchObject({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });

  it('is built on one exact version of Electron', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
