import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { describeProblem } from '../../../src-main/contract/problem.ts';
import { FakeCore } from '../../helpers/fake-client.ts';
import { renderApp } from '../render-app.ts';

const DISCOVER = '#/models/discover';
const field = page.getByRole('textbox', { name: /^Search Hugging Face/ });

function modelRow(name: string) {
  return page.getByRole('article', { name: new RegExp(`^${name}`) });
}

test('the catalogue is there with a verdict for this computer, and nobody was asked', async () => {
  const core = new FakeCore();
  await renderApp(core, DISCOVER);
  const row = modelRow('DeepSeek R1 Distill Llama 8B');
  await expect.element(row.getByText(/all on the GPU, about \d/)).toBeVisible();
  await expect.element(row.getByText(/distilled/)).toBeVisible();
  expect(core.calls.filter((call) => call.startsWith('discover.'))).toEqual([
    'discover.catalogue',
    'discover.verdicts',
  ]);
  expect(core.hub.searched).toEqual([]);
  expect(core.tablesAsked).toEqual([]);
});

test('the catalogue is filtered by purpose and by what suits the computer', async () => {
  const core = new FakeCore();
  await renderApp(core, DISCOVER);
  await expect.element(modelRow('Llama 3.1 70B').getByText(/Does not fit here/)).toBeVisible();
  await page.getByRole('radio', { name: 'Code' }).click();
  await expect.element(modelRow('Qwen2.5 Coder 7B')).toBeVisible();
  await expect.element(modelRow('Llama 3.1 70B')).not.toBeInTheDocument();
  await page.getByRole('radio', { name: 'All' }).click();
  await page.getByRole('checkbox', { name: 'Only what suits this computer' }).click();
  await expect.element(modelRow('Llama 3.1 8B')).toBeVisible();
  await expect.element(modelRow('Llama 3.1 70B')).not.toBeInTheDocument();
});

test('levels of a model open with their sizes, sources and downloads', async () => {
  const core = new FakeCore();
  await renderApp(core, DISCOVER);
  const row = modelRow('Phi 4 14B');
  await row.getByRole('button', { name: 'Levels of Phi 4 14B' }).click();
  const table = row.getByRole('table', { name: 'Levels of Phi 4 14B' });
  await expect.element(table.getByRole('row', { name: /^Q6_K about 11\.2 GiB/ })).toBeVisible();
  await expect.element(row.getByText(/file table in the card/)).toBeVisible();
  await table.getByRole('button', { name: 'Download Phi 4 14B Q6_K', exact: true }).click();
  await expect.element(page.getByText(/is on the list of downloads/)).toBeVisible();
});

test('a search lists what it finds, in the order that is asked for, page by page', async () => {
  const core = new FakeCore();
  await renderApp(core, DISCOVER);
  await field.fill('gguf');
  await userEvent.keyboard('{Enter}');
  const found = page.getByRole('link', { name: 'Qwen/Qwen3-8B-GGUF' });
  await expect.element(found).toBeVisible();
  await expect.element(page.getByText(/A Q4_K_M of it takes about 4\.6 GiB/).first()).toBeVisible();
  await page.getByRole('radio', { name: 'Most downloaded' }).click();
  await expect.element(found).toBeVisible();
  expect(core.hub.searched.map(({ words, sort }) => [words, sort])).toEqual([
    ['gguf', 'trend'],
    ['gguf', 'downloads'],
  ]);
  await page.getByRole('button', { name: 'Back to the catalogue' }).click();
  await expect.element(page.getByRole('heading', { name: 'A place to start' })).toBeVisible();
});

test('more pages follow on demand, and one that fails can be asked for again', async () => {
  const core = new FakeCore();
  const [one] = core.hub.repositories;
  if (!one) throw new Error('no repository');
  core.hub.repositories = Array.from({ length: 45 }, (_, index) => ({
    ...one,
    repository: `owner/model-${index}`,
  }));
  await renderApp(core, DISCOVER);
  await page.getByRole('button', { name: 'Search' }).click();
  const more = page.getByRole('button', { name: 'Show more' });
  await expect.element(more).toBeVisible();
  core.failNext(
    'discover.search',
    describeProblem('hub.unreachable', { host: 'huggingface.co', reason: 'there is no network' }),
  );
  await more.click();
  await expect.element(page.getByText('huggingface.co cannot be reached.')).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByRole('link', { name: 'owner/model-44' })).toBeInTheDocument();
  await expect.element(more).not.toBeInTheDocument();
});

test('a slow search can be stopped and asked again, and the last one wins', async () => {
  const core = new FakeCore();
  const release = core.hold('discover.search');
  await renderApp(core, DISCOVER);
  await field.fill('gemma');
  await userEvent.keyboard('{Enter}');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect.element(page.getByText('Stopped.')).toBeVisible();
  await page.getByRole('button', { name: 'Ask again' }).click();
  await field.fill('qwen3');
  await userEvent.keyboard('{Enter}');
  release();
  await expect.element(page.getByRole('link', { name: 'Qwen/Qwen3-8B-GGUF' })).toBeVisible();
  await expect.element(page.getByRole('link', { name: /^google/ })).not.toBeInTheDocument();
  expect(core.hub.searched.map(({ words }) => words)).toEqual(['gemma', 'gemma', 'qwen3']);
});

test('an address in the field is opened, downloaded or said to be wrong', async () => {
  const core = new FakeCore();
  await renderApp(core, DISCOVER);
  await field.fill('hf:owner');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect.element(page.getByText('The name is missing.')).toBeVisible();
  await field.fill('https://example.org/model.gguf');
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  await expect.element(page.getByText(/is on the list of downloads/)).toBeVisible();
  await field.fill('hf:Qwen/Qwen3-8B-GGUF');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect.element(page.getByRole('heading', { name: 'Qwen/Qwen3-8B-GGUF' })).toBeVisible();
  expect(location.hash).toBe('#/models/discover/Qwen/Qwen3-8B-GGUF');
});

test('a search that finds nothing says what can be done', async () => {
  const core = new FakeCore();
  await renderApp(core, DISCOVER);
  await field.fill('no such thing');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText(/Try fewer words/)).toBeVisible();
  await field.fill('word '.repeat(41));
  await page.getByRole('button', { name: 'Search' }).click();
  await expect.element(page.getByText('A search takes 200 letters at most.')).toBeVisible();
});
