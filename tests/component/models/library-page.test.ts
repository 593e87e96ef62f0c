import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { describeProblem } from '../../../src-main/contract/problem.ts';
import { FakeCore } from '../../helpers/fake-client.ts';
import { refused } from '../../helpers/fake-library-samples.ts';
import * as sample from '../../helpers/fake-samples.ts';
import { renderApp } from '../render-app.ts';

function coreWithModels(): FakeCore {
  const core = new FakeCore();
  core.models = [sample.builtInModel, sample.largeModel, sample.missingModel];
  return core;
}

const rows = () =>
  page
    .getByRole('article')
    .elements()
    .map((row) => row.querySelector('h2 a')?.textContent);
const row = (name: string) => page.getByRole('article', { name });

async function choose(name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('every model says what it is, whether it fits, and where it lies; one that is away says so', async () => {
  const core = coreWithModels();
  core.library.verdicts.set(2, {
    modelId: 2,
    fits: 'no',
    contextSize: 0,
    memoryBytes: 0,
    tokensPerSecond: 1,
  });
  await renderApp(core, '#/models');
  await expect
    .element(row('Llama 3.1 8B Instruct').getByText(/4\.6 GiB · llama3\.1 · never used/))
    .toBeVisible();
  await expect.element(row('Llama 3.1 8B Instruct').getByText('Does not fit')).toBeVisible();
  await expect.element(row('Nibble Tiny').getByText('Fits the GPU')).toBeVisible();
  await expect.element(row('Qwen3 4B').getByText('Away')).toBeVisible();
  await expect.element(row('Qwen3 4B').getByRole('button', { name: 'Chat' })).toBeDisabled();
});

test('what has changed with the answers since is there when the page is opened again', async () => {
  const core = coreWithModels();
  await renderApp(core, '#/models');
  await expect.element(row('Nibble Tiny').getByText(/never used/)).toBeVisible();
  location.hash = '#/settings';
  await expect.element(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  core.models = core.models.map((model) =>
    model.builtIn ? { ...model, lastUsedAt: Date.now(), measuredTokensPerSecond: 31.4 } : model,
  );
  location.hash = '#/models';
  await expect.element(row('Nibble Tiny').getByText(/used today/)).toBeVisible();
  await expect.element(row('Nibble Tiny').getByText('measured 31.4 tokens/s')).toBeVisible();
});

test('the folders are looked at again when that is asked for', async () => {
  const core = coreWithModels();
  await renderApp(core, '#/models');
  await page.getByRole('button', { name: 'Look again' }).click();
  await expect.poll(() => core.calls).toContain('models.rescan');
  core.failNext('models.rescan', sample.problems.diskFull);
  await page.getByRole('button', { name: 'Look again' }).click();
  await expect.element(page.getByText(sample.problems.diskFull.what)).toBeVisible();
});

test('is searched, filtered and sorted in the page', async () => {
  await renderApp(coreWithModels(), '#/models');
  await expect.poll(rows).toEqual(['Nibble Tiny', 'Llama 3.1 8B Instruct', 'Qwen3 4B']);
  await page.getByRole('combobox', { name: 'Sort by' }).selectOptions('Name');
  await expect.poll(rows).toEqual(['Llama 3.1 8B Instruct', 'Nibble Tiny', 'Qwen3 4B']);
  await page.getByRole('searchbox', { name: 'Search models' }).fill('qwen');
  await expect.poll(rows).toEqual(['Qwen3 4B']);
  await page.getByRole('searchbox').fill('no such model');
  await expect.element(page.getByText('No model like that')).toBeVisible();
});

test('2,000 models: only the rows on the screen are there, and scrolling reaches the last', async () => {
  const core = coreWithModels();
  const many = Array.from({ length: 2000 }, (_, index) => ({
    ...sample.largeModel,
    id: 100 + index,
    name: `Model ${index}`,
    path: `/models/${index}.gguf`,
  }));
  core.models = [sample.builtInModel, ...many];
  await renderApp(core, '#/models');
  await expect.poll(() => rows().length).toBeGreaterThan(5);
  expect(rows().length).toBeLessThan(60);
  const scroller = document.querySelector('[data-scroller]');
  await expect
    .poll(() => {
      scroller?.scrollTo(0, scroller.scrollHeight);
      return rows();
    })
    .toContain('Model 1999');
});

test('a model is renamed, and gets its own name back', async () => {
  const core = coreWithModels();
  await renderApp(core, '#/models');
  await choose('Llama 3.1 8B Instruct', 'Rename…');
  const dialog = page.getByRole('dialog', { name: 'Rename' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Everyday');
  await userEvent.keyboard('{Enter}');
  await expect.element(row('Everyday')).toBeVisible();
  await choose('Everyday', 'Rename…');
  await dialog.getByRole('button', { name: 'Its own name' }).click();
  await expect.element(row('Its own name')).toBeVisible();
});

test('deleting says what it frees, and can be taken back', async () => {
  const core = coreWithModels();
  await renderApp(core, '#/models');
  await choose('Llama 3.1 8B Instruct', 'Delete…');
  const dialog = page.getByRole('dialog', { name: 'Delete “Llama 3.1 8B Instruct”?' });
  await expect.element(dialog.getByText(/Moves 4\.6 GiB to the trash/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Move to the trash' }).click();
  await expect.element(row('Llama 3.1 8B Instruct')).not.toBeInTheDocument();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.element(row('Llama 3.1 8B Instruct')).toBeVisible();
});

test('deleting one of two names of a file says that it frees nothing', async () => {
  const core = coreWithModels();
  const twin = {
    ...sample.largeModel,
    id: 7,
    name: 'The other name',
    path: '/models/twin.gguf',
    sameFileAs: [2],
  };
  core.models = [sample.builtInModel, { ...sample.largeModel, sameFileAs: [7] }, twin];
  await renderApp(core, '#/models');
  await expect
    .element(row('The other name').getByText(/The same file as “Llama 3.1 8B Instruct”/))
    .toBeVisible();
  await choose('The other name', 'Delete…');
  await expect.element(page.getByRole('dialog').getByText(/Frees no space/)).toBeVisible();
  await expect
    .element(page.getByRole('dialog').getByText(/the same file as “Llama 3.1 8B Instruct”/))
    .toBeVisible();
});

test('files of other programs are not offered for deletion, and what cannot be deleted says why', async () => {
  const core = coreWithModels();
  core.models = [
    sample.builtInModel,
    { ...sample.largeModel, source: 'ollama' },
    { ...sample.largeModel, id: 8, name: 'Refused' },
  ];
  core.library.refusals.set(8, describeProblem('library.foreign', { program: 'LM Studio' }));
  await renderApp(core, '#/models');
  await page.getByRole('button', { name: 'More for Llama 3.1 8B Instruct' }).click();
  await expect.element(page.getByRole('menuitem', { name: 'Copy its path' })).toBeVisible();
  await expect.element(page.getByRole('menuitem', { name: 'Delete…' })).not.toBeInTheDocument();
  await userEvent.keyboard('{Escape}');
  await choose('Refused', 'Delete…');
  await expect.element(page.getByRole('dialog').getByText('This file belongs to LM Studio.')).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Move to the trash' })).toBeDisabled();
});

test('folders are added and removed, other programs are switched on, and files that are none are named', async () => {
  const core = coreWithModels();
  core.library.library = { ...core.library.library, refused, refusedCount: 2 };
  await renderApp(core, '#/models');
  await page.getByRole('button', { name: 'Add a folder…' }).click();
  await page.getByRole('textbox', { name: 'Path of the folder' }).fill('/data/models');
  await userEvent.keyboard('{Enter}');
  await page.getByRole('button', { name: 'Remove the folder /data/models' }).click();
  await expect.element(page.getByText('/data/models')).not.toBeInTheDocument();
  await page.getByRole('checkbox', { name: 'LM Studio' }).click();
  await expect
    .poll(() => core.library.library.programs.filter(({ enabled }) => enabled).map(({ program }) => program))
    .toEqual(['lmStudio', 'ollama']);
  await expect
    .element(page.getByText('Not found here: Hugging Face cache, Jan, GPT4All, llama.cpp.'))
    .toBeVisible();
  await expect.element(page.getByText(/half-a-download-Q4_K_M\.gguf is incomplete/)).toBeVisible();
});

test('the details read the header aloud, with what to be careful of', async () => {
  const core = coreWithModels();
  const { details } = core.library;
  core.library.details = { ...details, warnings: ['noChatTemplate', 'olderQuantization'] };
  await renderApp(core, '#/models');
  await row('Llama 3.1 8B Instruct')
    .getByRole('link', { name: 'Llama 3.1 8B Instruct', exact: true })
    .click();
  await expect.element(page.getByRole('heading', { level: 1, name: 'Llama 3.1 8B Instruct' })).toBeVisible();
  await expect.element(page.getByText('32, 8 for keys and values, each 128 wide')).toBeVisible();
  await expect.element(page.getByText('base 500,000, 128 dimensions')).toBeVisible();
  await expect.element(page.getByText('80 × Q4_K, 16 × Q6_K')).toBeVisible();
  const warnings = page.getByRole('list', { name: 'Warnings' }).getByRole('listitem');
  await expect.element(warnings.nth(0)).toBeVisible();
  expect(warnings.elements().map((each) => each.textContent.slice(0, 28))).toEqual([
    'It brings no chat template. ',
    'It uses an older quantizatio',
  ]);
  await page.getByRole('link', { name: 'Models on this computer' }).click();
  await expect.element(page.getByRole('heading', { level: 1, name: 'Models' })).toBeVisible();
});
