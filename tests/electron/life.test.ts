import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acquireInstanceLock } from '../../src-main/services/instance-lock/instance-lock.ts';
import { launchDesktop, runMain, type Desktop } from './desktop.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'nibble-life-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

function clickMenu({ double }: Pick<Desktop, 'double'>, label: string): void {
  const items = double.menu.flatMap(
    ({ submenu }) => (submenu ?? []) as Electron.MenuItemConstructorOptions[],
  );
  items.find((item) => item.label === label)!.click!({} as never, undefined, {});
}

/** The core holds the data folder once it is open. */
async function coreIsOpen(): Promise<void> {
  await vi.waitFor(() => expect(existsSync(join(dataDir, 'instance.lock'))).toBe(true));
}

describe('start', () => {
  it('keeps what Chromium writes in the data folder', async () => {
    await using desktop = await launchDesktop({ dataDir });
    expect(desktop.double.paths.get('userData')).toBe(join(dataDir, 'window'));
  });

  it('shows the window when there is something to see', async () => {
    await using desktop = await launchDesktop({ dataDir });
    expect(desktop.window.options.show).toBe(false);
    await vi.waitFor(() => expect(desktop.window.visible).toBe(true));
  });

  it.each([
    [true, '#111214'],
    [false, '#ffffff'],
  ])('has a background that suits the theme (dark: %s)', async (dark, color) => {
    const prepare = (double: Desktop['double']) => void (double.darkColors = dark);
    await using desktop = await launchDesktop({ dataDir, prepare });
    expect(desktop.window.backgroundColor).toBe(color);
    desktop.double.darkColors = !dark;
    desktop.electron.nativeTheme.emit('updated');
    expect(desktop.window.backgroundColor).not.toBe(color);
  });

  it('ends at once when another instance runs, which comes to the front', async () => {
    await using first = await launchDesktop({ dataDir });
    first.window.minimized = true;
    first.electron.app.emit('second-instance', {}, [], '');
    expect({ minimized: first.window.minimized, focused: first.window.focused }).toEqual({
      minimized: false,
      focused: true,
    });
    const second = await runMain({ dataDir, prepare: (double) => void (double.alreadyRunning = true) });
    expect(await second.exit).toBe(0);
    expect(second.double.windows).toEqual([]);
  });

  it('says that the data folder is in use, also by another kind of shell', async () => {
    const shown = vi.fn();
    const lock = await acquireInstanceLock(dataDir, { onSecondInstance: shown });
    const desktop = await runMain({ dataDir });
    expect(await desktop.exit).toBe(1);
    await lock.release();
    expect(shown).toHaveBeenCalledOnce();
    expect(desktop.double.errorBoxes).toEqual([
      {
        title: `Nibble already runs with the data folder ${dataDir}.`,
        content: expect.stringContaining('Use the window that is open') as string,
      },
    ]);
  });
});

it('says that the data folder cannot be made', async () => {
  const file = join(dataDir, 'file');
  writeFileSync(file, '');
  const desktop = await runMain({ dataDir: join(file, 'below') });
  expect(await desktop.exit).toBe(1);
  expect(desktop.double.errorBoxes[0]?.title).toBe(`Nibble may not write to ${join(file, 'below')}.`);
});

it('says that a defect ended it, without a stack trace', async () => {
  const desktop = await launchDesktop({ dataDir });
  await coreIsOpen();
  const ours = process.listeners('uncaughtException').at(-1)!;
  ours(new Error('at secret.ts:1'), 'uncaughtException');
  expect(await desktop.exit).toBe(1);
  expect(desktop.double.errorBoxes[0]?.title).toBe('Something went wrong inside Nibble.');
  expect(desktop.double.errorBoxes[0]?.content).not.toContain('secret');
  expect(process.listeners('uncaughtException')).not.toContain(ours);
});

describe('end', () => {
  it('closes the core when the window is closed, and leaves the folder free', async () => {
    const desktop = await launchDesktop({ dataDir });
    await coreIsOpen();
    desktop.window.close();
    expect(await desktop.exit).toBe(0);
    const lock = await acquireInstanceLock(dataDir);
    await lock.release();
  });

  it('takes one quit for several', async () => {
    const desktop = await launchDesktop({ dataDir });
    desktop.electron.app.quit();
    desktop.electron.app.quit();
    expect(await desktop.exit).toBe(0);
  });
});

describe('the window', () => {
  it('comes back where it was', async () => {
    const bounds = { x: 300, y: 200, width: 900, height: 700 };
    const first = await launchDesktop({ dataDir });
    first.window.bounds = bounds;
    first.window.maximized = true;
    first.window.close();
    await first.exit;
    const file = join(dataDir, 'window', 'window-state.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ bounds, maximized: true });
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0);
    await using second = await launchDesktop({ dataDir });
    expect(second.window.options).toMatchObject(bounds);
    expect(second.window.maximized).toBe(true);
  });

  it('opens as usual when what was saved makes no sense', async () => {
    mkdirSync(join(dataDir, 'window'));
    writeFileSync(join(dataDir, 'window', 'window-state.json'), '{"bounds":{"x":"left"}}');
    await using desktop = await launchDesktop({ dataDir });
    expect(desktop.window.options).toMatchObject({ width: 1120, height: 780 });
    expect(desktop.window.options.x).toBeUndefined();
  });

  it('is made anew when the app is activated without one', async () => {
    await using desktop = await launchDesktop({ dataDir });
    const { double, electron, window } = desktop;
    electron.app.removeAllListeners('window-all-closed');
    window.destroy();
    electron.app.emit('activate');
    expect(double.windows).toHaveLength(1);
    expect(double.windows[0]).not.toBe(window);
  });

  it('is loaded again when its process dies, once a minute', async () => {
    await using desktop = await launchDesktop({ dataDir });
    const { webContents } = desktop.window;
    const reload = vi.spyOn(webContents, 'reload');
    webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    expect(reload).not.toHaveBeenCalled();
    webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(reload).toHaveBeenCalledOnce();
    webContents.emit('render-process-gone', {}, { reason: 'oom' });
    expect(reload).toHaveBeenCalledOnce();
    expect(desktop.window.isDestroyed()).toBe(true);
  });
});

describe('the menu', () => {
  it('leads to the pages', async () => {
    await using desktop = await launchDesktop({ dataDir });
    for (const label of ['Settings…', 'New Chat', 'Models', 'This Computer']) clickMenu(desktop, label);
    expect(desktop.window.loadedUrls.slice(1)).toEqual([
      'nibble://app/#/settings',
      'nibble://app/#/',
      'nibble://app/#/models',
      'nibble://app/#/computer',
    ]);
  });

  it('opens a model and shows it', async () => {
    const builtIn = join(import.meta.dirname, '../../resources/models/nibble-tiny-f16.gguf');
    const prepare = (double: Desktop['double']) => void (double.chosenFile = builtIn);
    await using desktop = await launchDesktop({ dataDir, prepare });
    clickMenu(desktop, 'Open Model…');
    await vi.waitFor(() => expect(desktop.window.loadedUrls.at(-1)).toBe('nibble://app/#/models'), 10_000);
    expect(desktop.double.openDialogs[0]?.filters?.[0]?.extensions).toEqual(['gguf']);
    expect(desktop.double.messageBoxes).toEqual([]);
  });

  it('says what is wrong with a file that is no model', async () => {
    const path = join(dataDir, 'broken.gguf');
    writeFileSync(path, 'GGUF');
    const prepare = (double: Desktop['double']) => void (double.chosenFile = path);
    await using desktop = await launchDesktop({ dataDir, prepare });
    clickMenu(desktop, 'Open Model…');
    await vi.waitFor(() => expect(desktop.double.messageBoxes).toHaveLength(1), 10_000);
    expect(desktop.double.messageBoxes[0]?.message).toContain('broken.gguf');
    expect(desktop.window.loadedUrls).toEqual(['nibble://app/']);
  });

  it('does nothing when the dialog is cancelled', async () => {
    await using desktop = await launchDesktop({ dataDir });
    clickMenu(desktop, 'Open Model…');
    await vi.waitFor(() => expect(desktop.double.openDialogs).toHaveLength(1));
    expect(desktop.window.loadedUrls).toEqual(['nibble://app/']);
  });
});
