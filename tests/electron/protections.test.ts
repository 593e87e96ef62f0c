import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ipcChannels } from '../../src-main/shells/electron/ipc-channels.ts';
import { launchDesktop, type Desktop } from './desktop.ts';
import { protections } from './protections.ts';

let desktop: Desktop;
beforeAll(async () => {
  desktop = await launchDesktop();
});
afterAll(() => desktop[Symbol.asyncDispose]());

describe('the desktop app', () => {
  it.each(Object.entries(protections))('%s', async (_, holds) => {
    expect(await holds(desktop)).toBe(true);
  });

  it('listens on the listed channels only', () => {
    expect(desktop.electron.ipcMain.eventNames()).toEqual([ipcChannels.connect]);
  });

  it('loads its own address only', () => {
    expect(desktop.window.loadedUrls).toEqual(['nibble://app/']);
  });
});

describe('permissions', () => {
  const names = permissionNames();

  it('are read from the types of Electron', () => {
    expect(names.length).toBeGreaterThan(40);
    expect(names).toContain('clipboard-sanitized-write');
  });

  it.each(names)('%s', (name) => {
    const { permissionRequest, permissionCheck } = desktop.electron.session.defaultSession;
    const expected = name === 'clipboard-sanitized-write';
    const details = { isMainFrame: true, requestingUrl: 'nibble://app/' } as never;
    let granted: boolean | null = null;
    permissionRequest?.({} as never, name as never, (answer) => (granted = answer), details);
    expect(granted).toBe(expected);
    expect(permissionCheck?.(null, name as never, 'nibble://app', details)).toBe(expected);
  });
});

/** All names that Electron may ask for, so that a new one is denied by a test and not by luck. */
function permissionNames(): string[] {
  const types = createRequire(import.meta.url).resolve('electron/electron.d.ts');
  const text = readFileSync(types, 'utf8');
  const lines = text.split('\n').filter((line) => /setPermission(Request|Check)Handler\(handler/.test(line));
  const union = lines.flatMap(
    (line) => /permission: (('[\w-]+'(?: \| )?)+)/.exec(line)?.[1]?.split(' | ') ?? [],
  );
  return [...new Set(union.map((name) => name.replaceAll("'", '')))];
}
