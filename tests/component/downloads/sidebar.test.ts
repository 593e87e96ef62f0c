import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { FakeCore } from '../../helpers/fake-client.ts';
import * as fetched from '../../helpers/fake-downloads.ts';
import * as sample from '../../helpers/fake-samples.ts';
import { renderApp } from '../render-app.ts';

const section = page.getByRole('region', { name: 'Downloads' });
const notices = page.getByRole('region', { name: 'Notices' });
const pages = ['#/', '#/models', '#/fits', '#/computer', '#/settings'];

function coreWith(...downloads: FakeCore['downloads']): FakeCore {
  const core = new FakeCore();
  core.models = [sample.builtInModel, sample.largeModel];
  core.downloads = downloads;
  return core;
}

test('what runs is in sight on every page, and nothing is while nothing runs', async () => {
  const core = coreWith(
    fetched.running,
    fetched.split,
    fetched.waiting,
    fetched.verifying,
    ...fetched.queued,
  );
  await renderApp(core);
  for (const hash of pages) {
    location.hash = hash;
    await expect.element(section.getByRole('link', { name: 'Downloads' })).toBeVisible();
    await expect.element(section.getByText('62.8 MiB/s')).toBeVisible();
  }
  const lines = [...section.element().querySelectorAll('.line')].map(({ textContent }) => textContent);
  expect(lines.map((line) => line.replaceAll(/\s+/g, ' ').trim())).toEqual([
    'Llama-3.2-1B-Instruct Q4_K_M 20 s',
    'DeepSeek-R1-Distill-Llama-70B Q8_0 19 min',
    'Phi-4-mini-instruct Q5_K_M waiting',
  ]);
  await expect.element(section.getByText('1 more · 3 queued')).toBeVisible();

  core.setDownloads([fetched.paused, fetched.failed, fetched.done]);
  await expect.element(section).not.toBeInTheDocument();
});

test('each line is a progress bar that can be read aloud', async () => {
  const core = coreWith(fetched.running, { ...fetched.longNamed, level: null });
  await renderApp(core);
  const bar = section.getByRole('progressbar', { name: 'Llama-3.2-1B-Instruct Q4_K_M' });
  await expect.element(bar).toHaveAttribute('aria-valuenow', '62.3');
  await expect.element(bar).toHaveAttribute('aria-valuetext', '480 MiB of 770 MiB, 24.1 MiB/s · 20 s left');
  const unsized = section.getByRole('progressbar', { name: /^A-Very-Long/ });
  await expect.element(unsized).not.toHaveAttribute('aria-valuenow');
  await expect.element(unsized).toHaveAttribute('aria-valuetext', '480 MiB, 24.1 MiB/s');
});

test('figures move without the lines changing their place', async () => {
  const core = coreWith(fetched.running, fetched.split);
  await renderApp(core);
  await expect.element(section).toBeVisible();
  const { height } = section.element().getBoundingClientRect();
  for (const [receivedBytes, secondsLeft, bytesPerSecond] of [
    [1, null, null],
    [500_000_000, 4000, 1000],
    [807_694_464, 1, 2_500_000_000],
  ] as const) {
    core.changeDownload(fetched.running.id, { receivedBytes, secondsLeft, bytesPerSecond });
    await expect
      .element(section.getByRole('progressbar').first())
      .toHaveAttribute('aria-valuenow', String(Math.round((receivedBytes / 807_694_464) * 1000) / 10));
    expect(section.element().getBoundingClientRect().height).toBe(height);
  }
  expect(document.documentElement.scrollWidth).toBe(document.documentElement.clientWidth);
});

test('in a narrow window the status bar tells it', async () => {
  await page.viewport(400, 800);
  try {
    const core = coreWith(fetched.running);
    await renderApp(core);
    const status = page.getByRole('contentinfo', { name: 'Engine' });
    await status.getByRole('link', { name: 'Download: 20 s' }).click();
    expect(location.hash).toBe('#/models/downloads');
    core.setDownloads([fetched.running, fetched.split]);
    await expect.element(status.getByRole('link', { name: '2 downloads' })).toBeVisible();
  } finally {
    await page.viewport(1280, 800);
  }
});

test('the end of a download is told once, and leads to a chat with the model', async () => {
  const core = coreWith(fetched.running);
  await renderApp(core, '#/computer');
  await expect.element(section).toBeVisible();
  const model = sample.largeModel;
  core.changeDownload(fetched.running.id, { state: 'done', modelId: model.id });
  core.changeDownload(fetched.running.id, { finishedAt: 1 });
  const notice = notices.getByRole('group', { name: '“Llama-3.2-1B-Instruct-Q4_K_M.gguf” is downloaded' });
  await expect.element(notice).toBeVisible();
  expect(notices.getByRole('group').elements()).toHaveLength(1);
  await expect.element(notices).toHaveAttribute('aria-live', 'polite');

  await notice.getByRole('button', { name: 'Chat with it' }).click();
  await expect.element(page.getByRole('button', { name: 'Llama 3.1 8B Instruct Q4_K_M' })).toBeVisible();
  expect(location.hash).toBe('#/');
});

test('a failure stays until it is closed, and leads to the downloads', async () => {
  const core = coreWith(fetched.running);
  await renderApp(core);
  await expect.element(section).toBeVisible();
  const { problem } = fetched.failed;
  core.changeDownload(fetched.running.id, { state: 'failed', problem });
  await expect.element(notices.getByText(/^“Llama-3.2-1B.*stopped\. The files of meta-llama/)).toBeVisible();
  await notices.getByRole('button', { name: 'Show' }).click();
  await expect.element(page.getByRole('heading', { name: 'Failed' })).toBeVisible();
});

test('what ended before the window was opened is no news', async () => {
  const core = coreWith(fetched.done, fetched.failed);
  await renderApp(core);
  await expect.poll(() => core.calls).toContain('downloads.list');
  core.setDownloads([fetched.done, fetched.failed]);
  core.emit({ type: 'settings', settings: { ...core.settings, theme: 'dark' } });
  await expect.poll(() => document.documentElement.dataset['theme']).toBe('dark');
  expect(notices.getByRole('group').elements()).toEqual([]);
  core.emit({ type: 'settings', settings: { ...core.settings, theme: 'system' } });
});

test('what ended while the stream was lost is told when it is back', async () => {
  const core = coreWith(fetched.running);
  await renderApp(core);
  await expect.element(section).toBeVisible();
  core.downloads = [{ ...fetched.running, state: 'done', modelId: null }];
  core.disconnect();
  await expect.element(notices.getByText(/is downloaded$/)).toBeVisible();
  await expect.element(section).not.toBeInTheDocument();
});

test('an answer that was overtaken by an event does not count', async () => {
  const core = coreWith(fetched.running);
  await renderApp(core, '#/models/downloads');
  await expect.element(section).toBeVisible();
  const release = core.hold('downloads.list');
  core.disconnect();
  await expect.poll(() => core.calls.filter((name) => name === 'downloads.list').length).toBe(2);
  core.changeDownload(fetched.running.id, { state: 'done' });
  await expect.element(page.getByRole('heading', { name: 'Done' })).toBeVisible();
  core.downloads = [fetched.running];
  release();
  await page.getByRole('link', { name: 'On this computer' }).click();
  await page.getByRole('link', { name: 'Downloads', exact: true }).click();
  await expect.element(page.getByRole('heading', { name: 'Done' })).toBeVisible();
});
