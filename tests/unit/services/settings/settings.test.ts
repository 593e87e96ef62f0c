import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultSettings } from '../../../../src-main/contract/defaults.ts';
import type { Settings } from '../../../../src-main/contract/settings.contract.ts';
import type { ProblemError } from '../../../../src-main/contract/problem.ts';
import { SettingsService } from '../../../../src-main/services/settings/settings.ts';
import { Store } from '../../../../src-main/services/store/store.ts';

function openStore(): Store {
  const dataDir = mkdtempSync(join(tmpdir(), 'nibble-settings-'));
  const store = new Store({ dataDir });
  onTestFinished(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return store;
}

describe('settings', () => {
  test('are the defaults until something is changed, and are kept', async () => {
    const store = openStore();
    const settings = new SettingsService(store);
    expect(await settings.get()).toEqual(defaultSettings);
    const changed = await settings.set({ theme: 'dark', idleMinutes: 0 });
    expect(changed).toEqual({ ...defaultSettings, theme: 'dark', idleMinutes: 0 });
    expect(await new SettingsService(store).get()).toEqual(changed);
  });

  test('are announced after each change, in order, until a listener leaves', async () => {
    const settings = new SettingsService(openStore());
    const heard: Settings['theme'][] = [];
    const stop = settings.onChange(({ theme }) => heard.push(theme));
    await Promise.all([settings.set({ theme: 'dark' }), settings.set({ theme: 'light' })]);
    stop();
    await settings.set({ theme: 'system' });
    expect(heard).toEqual(['dark', 'light']);
  });

  test('an invalid change changes nothing, and the next one works', async () => {
    const settings = new SettingsService(openStore());
    const wrong = { theme: 'dark', idleMinutes: -1 } as const;
    const failure: unknown = await settings.set(wrong).catch((error: unknown) => error);
    expect((failure as ProblemError).problem).toMatchObject({ code: 'request.invalid' });
    expect((failure as ProblemError).problem.why).toContain('idleMinutes');
    expect(await settings.get()).toEqual(defaultSettings);
    expect((await settings.set({ idleMinutes: 1 })).idleMinutes).toBe(1);
  });

  test('what this version cannot read counts as its default and stays stored', async () => {
    const store = openStore();
    const { chatDefaults } = defaultSettings;
    await store.run.setSettings({
      changes: {
        theme: 'sepia',
        idleMinutes: 7,
        fromTheFuture: [1, 2],
        chatDefaults: { temperature: 0.1, topK: 'many' },
      },
    });
    const settings = new SettingsService(store);
    expect(await settings.get()).toEqual({
      ...defaultSettings,
      idleMinutes: 7,
      chatDefaults: { ...chatDefaults, temperature: 0.1 },
    });
    await settings.set({ idleMinutes: 8 });
    expect(await store.run.getSettings({})).toMatchObject({
      theme: 'sepia',
      fromTheFuture: [1, 2],
      idleMinutes: 8,
    });
  });
});
