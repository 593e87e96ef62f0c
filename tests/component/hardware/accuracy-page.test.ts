import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { FakeCore } from '../../helpers/fake-client.ts';
import * as sample from '../../helpers/fake-samples.ts';
import { renderApp } from '../render-app.ts';

test('lists what was predicted beside what came, and why so much is kept free', async () => {
  const core = new FakeCore();
  core.accuracy = sample.accuracy;
  await renderApp(core, '#/computer');
  await page.getByRole('link', { name: 'Accuracy here' }).click();
  await expect.element(page.getByRole('heading', { level: 1, name: 'Accuracy here' })).toBeVisible();
  const first = page.getByRole('article', { name: sample.largeModel.name }).first();
  await expect.element(first.getByText(/Answers come 8\.2 % faster than predicted\./)).toBeVisible();
  const row = first.getByRole('row', { name: /Answering/ });
  for (const text of ['28.0', '30.3', '+8 %']) await expect.element(row.getByText(text)).toBeVisible();
  await expect.element(page.getByText(/learned from 12 loads/)).toBeVisible();
  // The page belongs to that of the computer.
  await expect
    .element(page.getByRole('link', { name: 'This computer' }).first())
    .toHaveAttribute('aria-current', 'page');
});

test('says what will be there before anything was loaded', async () => {
  await renderApp(new FakeCore(), '#/accuracy');
  await expect.element(page.getByRole('heading', { name: 'Nothing to compare yet' })).toBeVisible();
});

test('a database that cannot be read is a problem on the page', async () => {
  const core = new FakeCore();
  core.failNext('accuracy.report', sample.problems.diskFull);
  await renderApp(core, '#/accuracy');
  await expect.element(page.getByRole('group', { name: 'Problem' })).toBeVisible();
});
