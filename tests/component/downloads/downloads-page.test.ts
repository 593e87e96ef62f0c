import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { describeProblem } from '../../../src-main/contract/problem.ts';
import { FakeCore } from '../../helpers/fake-client.ts';
import * as fetched from '../../helpers/fake-downloads.ts';
import * as sample from '../../helpers/fake-samples.ts';
import { renderApp } from '../render-app.ts';

const field = page.getByRole('textbox', { name: 'Download a model' });
const notices = page.getByRole('region', { name: 'Notices' });

function row(name: RegExp) {
  return page.getByRole('article', { name });
}

function button(name: string | RegExp) {
  return page.getByRole('button', { name });
}

function coreWith(...downloads: FakeCore['downloads']): FakeCore {
  const core = new FakeCore();
  core.models = [sample.builtInModel, sample.largeModel];
  core.downloads = downloads;
  return core;
}

async function renderPage(core: FakeCore): Promise<FakeCore> {
  await renderApp(core, '#/models/downloads');
  await expect.element(field).toBeVisible();
  return core;
}

test('every kind of download is listed with its figures and reasons', async () => {
  await renderPage(coreWith(...fetched.everyKind));
  await expect.element(row(/^DeepSeek/)).toBeVisible();
  const sections = [...document.querySelectorAll('main section')].map((section) => [
    section.querySelector('h2')?.textContent,
    section.querySelectorAll('article').length,
  ]);
  expect(sections).toEqual([
    ['On their way', 8],
    ['Failed', 1],
    ['Cancelled', 1],
    ['Done', 2],
  ]);
  await expect.element(row(/^DeepSeek/).getByText('38.7 MiB/s · 19 min left')).toBeVisible();
  await expect.element(row(/^Phi-4/).getByText(/Tries again in \d+ s/)).toBeVisible();
  await expect.element(row(/^Phi-4/).getByText(/The connection was refused/)).toBeVisible();
  await expect.element(row(/^Qwen3-4B/).getByText('Comparing the checksum')).toBeVisible();
  await expect.element(row(/^Llama-3.3/).getByText(/Accept the conditions/)).toBeVisible();
  await expect.element(row(/^SmolLM2.*Q4_K_M/).getByText('Next in the queue')).toBeVisible();
});

test('a split model is one download, whose files can be looked at', async () => {
  await renderPage(coreWith(fetched.split));
  const toggle = button('Files of DeepSeek-R1-Distill-Llama-70B');
  await expect.element(toggle).toHaveTextContent('3 files, 1 complete');
  await toggle.click();
  await expect.element(toggle).toHaveAttribute('aria-expanded', 'true');
  const files = [
    ...row(/^DeepSeek/)
      .element()
      .querySelectorAll('li'),
  ];
  expect(files.map(({ textContent }) => textContent.replaceAll(/\s+/g, ' ').trim())).toEqual([
    'DeepSeek-R1-Distill-Llama-70B-Q8_0-00001-of-00003.gguf Complete: 24.0 GiB',
    'DeepSeek-R1-Distill-Llama-70B-Q8_0-00002-of-00003.gguf 7.0 GiB of 24.0 GiB',
    'DeepSeek-R1-Distill-Llama-70B-Q8_0-00003-of-00003.gguf 0 B of 24.0 GiB',
  ]);
});

test('a model is started by its address, and what is wrong with one is said', async () => {
  const core = await renderPage(coreWith());
  await expect.element(page.getByRole('heading', { name: 'Nothing is being downloaded' })).toBeVisible();
  await expect.element(button('Download')).toBeDisabled();
  const problem = describeProblem('hub.badReference', { reference: 'hf:x', reason: 'it has no name' });
  core.failNext('downloads.start', problem);
  await field.fill('hf:x');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText(problem.what)).toBeVisible();
  await expect.element(field).toHaveValue('hf:x');

  await field.fill('  hf:bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M ');
  await userEvent.keyboard('{Enter}');
  await expect.element(row(/^hf:bartowski/).getByText('Next in the queue')).toBeVisible();
  await expect.element(field).toHaveValue('');
  await expect.element(page.getByText(problem.what)).not.toBeInTheDocument();
});

test('pause and go on are one button, which keeps the focus', async () => {
  const core = await renderPage(coreWith(fetched.running));
  button('Pause Llama-3.2-1B-Instruct').element().focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(button('Go on with Llama-3.2-1B-Instruct')).toHaveFocus();
  await expect.element(row(/^Llama/).getByText('Paused')).toBeVisible();
  await userEvent.keyboard('{Enter}');
  await expect.element(button('Pause Llama-3.2-1B-Instruct')).toHaveFocus();
  expect(core.calls.filter((name) => /pause|resume/.test(name))).toEqual([
    'downloads.pause',
    'downloads.resume',
  ]);
});

test('cancelling can be taken back, and the focus goes to the next row', async () => {
  const core = await renderPage(coreWith(fetched.running, fetched.split));
  button('Cancel Llama-3.2-1B-Instruct').element().focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(button('Files of DeepSeek-R1-Distill-Llama-70B')).toHaveFocus();
  await expect.element(page.getByRole('heading', { name: 'Cancelled' })).toBeVisible();
  await notices.getByRole('button', { name: 'Undo' }).click();
  await expect.element(page.getByRole('heading', { name: 'Cancelled' })).not.toBeInTheDocument();
  expect(core.downloads[0]?.state).toBe('downloading');
});

test('what is taken off the list cannot be taken up again by a notice that is left over', async () => {
  await renderPage(coreWith(fetched.running));
  await button('Cancel Llama-3.2-1B-Instruct').click();
  await expect.element(notices.getByRole('button', { name: 'Undo' })).toBeVisible();
  await button('Take Llama-3.2-1B-Instruct off the list').click();
  await expect.element(row(/^Llama/)).not.toBeInTheDocument();
  await expect.element(notices.getByRole('button', { name: 'Undo' })).not.toBeInTheDocument();
});

test('the queue is put in another order with the keyboard', async () => {
  const core = await renderPage(coreWith(fetched.running, ...fetched.queued));
  const later = row(/^SmolLM2.*Q4_K_M/).getByRole('button', { name: /^Later/ });
  await expect.element(row(/^SmolLM2.*Q4_K_M/).getByRole('button', { name: /^Earlier/ })).toBeDisabled();
  later.element().focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(row(/^SmolLM2.*Q4_K_M/).getByText('Place 2 in the queue')).toBeVisible();
  await expect.element(later).toHaveFocus();
  await expect
    .element(page.getByRole('status').getByText('SmolLM2-1.7B-Instruct: place 2 of 3 in the queue'))
    .toBeInTheDocument();
  await userEvent.keyboard('{Enter}');
  // At the end it can only go back.
  await expect.element(row(/^SmolLM2.*Q4_K_M/).getByRole('button', { name: /^Earlier/ })).toHaveFocus();
  expect(core.downloads.map(({ id }) => id)).toEqual([11, 21, 22, 20]);
});

test('what was fetched of a failed one is only thrown away when nobody takes it back', async () => {
  const core = await renderPage(coreWith(fetched.failed));
  await button('Take Llama-3.3-70B-Instruct off the list').click();
  await expect.element(row(/^Llama-3.3/)).not.toBeInTheDocument();
  expect(core.calls).not.toContain('downloads.remove');
  await notices.getByRole('button', { name: 'Undo' }).click();
  await expect.element(row(/^Llama-3.3/)).toBeVisible();
  await row(/^Llama-3.3/)
    .getByRole('button', { name: 'Try again' })
    .click();
  await expect.element(page.getByRole('heading', { name: 'On their way' })).toBeVisible();
});

test('what is done leaves the list at once; its model can be chatted with and looked at', async () => {
  const core = await renderPage(coreWith(fetched.done, { ...fetched.done, id: 41, name: 'Another.gguf' }));
  const link = page.getByRole('link', { name: 'Show Llama-3.1-8B-Instruct in the library' });
  await expect.element(link).toHaveAttribute('href', `#/models/${sample.largeModel.id}`);
  await row(/^Another/)
    .getByRole('button', { name: /off the list$/ })
    .click();
  await expect.element(row(/^Another/)).not.toBeInTheDocument();
  expect(core.downloads.map(({ id }) => id)).toEqual([fetched.done.id]);
  await row(/^Llama-3.1/)
    .getByRole('button', { name: 'Chat with it' })
    .click();
  await expect.element(page.getByRole('button', { name: 'Llama 3.1 8B Instruct Q4_K_M' })).toBeVisible();
});

test('what came whole but cannot run says why, in its row and when it ends', async () => {
  const core = await renderPage(coreWith(fetched.running));
  const problem = describeProblem('model.unknownArchitecture', { architecture: 'llama9' });
  core.changeDownload(fetched.running.id, { state: 'done', problem });
  const name = '“Llama-3.2-1B-Instruct-Q4_K_M.gguf”';
  await expect
    .element(page.getByRole('status').getByText(`${name} is downloaded. ${problem.what}`))
    .toBeInTheDocument();
  await expect.element(row(/^Llama/).getByText(problem.todo)).toBeVisible();
  expect(button(/^Chat with it/).elements()).toEqual([]);
});

test('all that is done leaves the list together', async () => {
  const core = await renderPage(coreWith(fetched.done, { ...fetched.done, id: 41 }, fetched.running));
  await button('Take all off the list').click();
  await expect.element(page.getByRole('heading', { name: 'Done' })).not.toBeInTheDocument();
  expect(core.downloads).toEqual([fetched.running]);
});

test('too little space is said before the disk is full', async () => {
  const core = coreWith(fetched.split);
  await renderPage(core);
  await expect.element(page.getByText('41.0 GiB still to come')).toBeVisible();
  await expect.element(page.getByText('120 GiB free')).toBeVisible();
  core.freeBytes = 30 * 1024 ** 3;
  core.setDownloads([fetched.split, fetched.paused]);
  await expect.element(page.getByText(/^The disk lacks 15.4 GiB for/)).toBeVisible();
});

test('the end of a download is announced on the page instead of in a notice', async () => {
  const core = await renderPage(coreWith(fetched.running));
  core.changeDownload(fetched.running.id, { state: 'done', modelId: sample.largeModel.id });
  const status = page.getByRole('status').getByText('“Llama-3.2-1B-Instruct-Q4_K_M.gguf” is downloaded');
  await expect.element(status).toBeInTheDocument();
  expect(notices.getByRole('group').elements()).toEqual([]);
});

test('a change that is refused leaves everything as it is, with the reason', async () => {
  const core = await renderPage(coreWith(fetched.running));
  core.failNext('downloads.pause', sample.problems.diskFull);
  await button('Pause Llama-3.2-1B-Instruct').click();
  await expect.element(notices.getByText(sample.problems.diskFull.what)).toBeVisible();
  await expect.element(button('Pause Llama-3.2-1B-Instruct')).toBeVisible();
});

test('names from outside are plain text, and long ones stay in their place', async () => {
  await page.viewport(400, 800);
  try {
    const hostile = {
      ...fetched.longNamed,
      id: 51,
      name: '<b>x</b>\u202Efgug.gguf',
      repository: '<i>a</i>/b',
    };
    await renderPage(coreWith(fetched.longNamed, hostile, ...fetched.everyKind));
    await expect.element(row(/^<b>x<\/b>fgug/)).toBeVisible();
    expect(document.querySelector('article b, article i')).toBeNull();
    const column = document.querySelector('.page');
    expect(column?.scrollWidth).toBe(column?.clientWidth);
  } finally {
    await page.viewport(1280, 800);
  }
});
