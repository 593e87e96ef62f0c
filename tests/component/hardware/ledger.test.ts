import { afterEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { FakeCore } from '../../helpers/fake-client.ts';
import * as sample from '../../helpers/fake-samples.ts';
import { renderApp } from '../render-app.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const asked = (core: FakeCore) => core.calls.filter((name) => name === 'hardware.ledger').length;
const words = { level: 'tight' as const, words: 'Only 300 MiB of main memory are free.' };

test('shows who holds the memory, by device', async () => {
  const core = new FakeCore();
  await renderApp(core, '#/computer');
  await expect.element(page.getByText(`In memory now: ${sample.largeModel.name}`)).toBeVisible();
  const main = page.getByRole('img', { name: /^Main memory: weights 2\.1 GiB, context .*, engine / });
  await expect.element(main).toHaveAccessibleName(/other programs 9\.3 GiB, free 20\.0 GiB/);
  await expect.element(page.getByText('20.0 GiB free of 32.0 GiB')).toBeVisible();
});

test('says what is not known', async () => {
  const core = new FakeCore();
  const [card, main] = sample.ledger.devices;
  if (!card || !main) throw new Error('two devices are needed');
  const note = 'How much of it is free is not known.';
  core.ledger = {
    ...sample.ledger,
    modelName: null,
    devices: [{ ...card, othersBytes: null, freeBytes: null, note }, main],
  };
  await renderApp(core, '#/computer');
  await expect.element(page.getByText(note)).toBeVisible();
  await expect.element(page.getByText('8.0 GiB, free memory unknown')).toBeVisible();
  await expect.element(page.getByText(/No model is in memory/)).toBeVisible();
});

test('is asked again every two seconds while it is looked at, and not when hidden or left', async () => {
  const core = new FakeCore();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await renderApp(core, '#/computer');
  await vi.waitFor(() => expect(asked(core)).toBe(1));
  await vi.advanceTimersByTimeAsync(1_900);
  expect(asked(core)).toBe(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(asked(core)).toBe(2);

  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked(core)).toBe(2);

  visibility.mockReturnValue('visible');
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(0);
  expect(asked(core)).toBe(3);
  location.hash = '#/settings';
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked(core)).toBeLessThanOrEqual(4);
  const left = asked(core);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked(core)).toBe(left);
});

test('a machine that runs short of memory is named in the status bar, which leads to the page', async () => {
  const core = new FakeCore();
  core.ledger = { ...sample.ledger, warning: words };
  await renderApp(core);
  await expect.element(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(page.getByRole('link', { name: /Memory is nearly full/ }).elements()).toHaveLength(0);
  core.setEngine({ ...sample.readyEngine, memoryWarning: words });
  const link = page.getByRole('link', { name: /Memory is nearly full.*Only 300 MiB/ });
  await link.click();
  await expect.element(page.getByRole('status').filter({ hasText: words.words })).toBeVisible();
});
