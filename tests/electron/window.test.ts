/** The real page, in real Chromium, over the real preload and the real main entry, with the real core behind it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchChromium } from '../helpers/electron-double/chromium.ts';
import { launchDesktop, type Desktop } from './desktop.ts';

const builtPage = join(import.meta.dirname, '../../out/renderer/index.html');

let browser: Browser;
let desktop: Desktop;
let page: Page;
beforeAll(async () => {
  if (!existsSync(builtPage)) throw new Error('the window is not built: npm run build');
  browser = await launchChromium();
  desktop = await launchDesktop({ browser });
  page = (await desktop.window.webContents.page)!.page;
  await page.getByLabel('Message').waitFor();
});
afterAll(async () => {
  await desktop[Symbol.asyncDispose]();
  await browser.close();
});

describe('the window', () => {
  it('answers a question', async () => {
    await page.getByLabel('Message').fill('What is the capital of France?');
    await page.keyboard.press('Enter');
    const answer = page.getByRole('article', { name: 'Answer' }).first();
    await vi.waitFor(async () => expect(await answer.getAttribute('aria-busy')).not.toBe('true'), 30_000);
    expect(await answer.innerText()).toContain('Paris');
  });

  it('knows which shell it is in', async () => {
    expect(
      await page.evaluate('Object.entries(nibble).map(([name, value]) => [name, typeof value])'),
    ).toEqual([
      ['platform', 'string'],
      ['pathForFile', 'function'],
    ]);
  });

  it('cannot change or replace what it was given', async () => {
    const attempt =
      "try { nibble.platform = 'x'; nibble = {}; delete window.nibble; } catch {} nibble.platform";
    expect(await page.evaluate(attempt)).toBe(process.platform);
  });

  it('is told the path of a dropped file', async () => {
    expect(await page.evaluate("nibble.pathForFile(new File(['x'], 'model.gguf'))")).toBe(
      '/dropped/model.gguf',
    );
  });

  it('has nothing of Node or Electron', async () => {
    const names = [
      'require',
      'process',
      'module',
      'Buffer',
      'global',
      'ipcRenderer',
      'electron',
      '__nibbleToMain',
    ];
    const found = await page.evaluate((list) => list.filter((name) => name in globalThis), names);
    expect(found).toEqual([]);
  });

  it('follows the menu without loading anew', async () => {
    await page.evaluate('globalThis.sameDocument = true');
    clickMenu(desktop, 'File', 'Settings…');
    await vi.waitFor(() => expect(page.url()).toContain('#/settings'));
    clickMenu(desktop, 'File', 'New Chat');
    await page.getByLabel('Message').waitFor();
    expect(await page.evaluate('globalThis.sameDocument')).toBe(true);
  });

  it.each([
    ['an evil link', "location.href = 'https://evil.example/'"],
    [
      'a form',
      "(() => { const f = document.createElement('form'); f.action = 'https://evil.example/'; document.body.append(f); f.submit(); })()",
    ],
    [
      'an image',
      "(() => { const i = new Image(); i.src = 'https://evil.example/i.png'; document.body.append(i); })()",
    ],
    ['a request', "fetch('https://evil.example/').catch(() => undefined)"],
    [
      'a frame',
      "(() => { const f = document.createElement('iframe'); f.src = 'https://evil.example/'; document.body.append(f); })()",
    ],
    ['a beacon', "navigator.sendBeacon('https://evil.example/', 'x')"],
    ['a socket', "(() => { try { new WebSocket('wss://evil.example/'); } catch {} })()"],
    [
      'an inline script',
      "(() => { const s = document.createElement('script'); s.textContent = 'globalThis.inlined = true'; document.body.append(s); })()",
    ],
    [
      'markup from text',
      "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"globalThis.inlined = true\">')",
    ],
  ])('goes nowhere for %s', async (_, script) => {
    const before = page.url();
    // An exception of Trusted Types is as good as nothing happening.
    await page.evaluate(script).catch(() => undefined);
    expect(await page.evaluate('globalThis.inlined')).toBeUndefined();
    expect(page.url()).toBe(before);
    expect(desktop.double.leakedRequests).toEqual([]);
  });

  it('asks before a link leaves the app', async () => {
    const { messageBoxes, openedExternally } = desktop.double;
    await openWindow('https://example.com/path?q=1');
    await vi.waitFor(() => expect(messageBoxes).toHaveLength(1));
    expect(messageBoxes[0]).toMatchObject({ message: 'Open example.com?', defaultId: 0, cancelId: 0 });
    expect(openedExternally).toEqual([]);
    desktop.double.pressedButton = 1;
    await openWindow('https://example.com/path?q=1');
    await vi.waitFor(() => expect(openedExternally).toEqual(['https://example.com/path?q=1']));
    // The stand-in closes what Chromium opened all the same, a moment later.
    await vi.waitFor(() => expect(page.context().pages()).toHaveLength(1));
  });

  it('works again when it is loaded anew', async () => {
    desktop.window.webContents.reload();
    await page.getByLabel('Message').waitFor();
    await vi.waitFor(async () => {
      expect(await page.getByText('What is the capital of France?').count()).toBeGreaterThan(0);
    });
  });
});

async function openWindow(url: string): Promise<void> {
  await page.evaluate((target) => void window.open(target), url);
}

function clickMenu({ double }: Desktop, menu: string, item: string): void {
  const { submenu } = double.menu.find(({ label }) => label === menu)!;
  const found = (submenu as Electron.MenuItemConstructorOptions[]).find(({ label }) => label === item);
  found!.click!({} as never, undefined, {});
}
