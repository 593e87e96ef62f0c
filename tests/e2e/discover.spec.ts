import AxeBuilder from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import { HubServer } from '../helpers/hub/hub-server.ts';
import { servedBytes } from '../helpers/hub/served-file.ts';
import { builtInModelPath } from '../helpers/synthetic-gguf.ts';
import { expect, test as base } from './fixture.ts';
import { NibblePage } from './nibble-page.ts';
import { question } from './questions.ts';

const file = servedBytes('Tiny-F16.gguf', readFileSync(builtInModelPath));

const test = base.extend<{ hub: HubServer }>({
  // There before the program starts, which reads where the Hub is from its environment.
  hub: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads from the pattern which fixtures are wanted
    async ({}, use) => {
      await using hub = await HubServer.start(
        {
          id: 'owner/Tiny-GGUF',
          files: [file],
          licence: 'apache-2.0',
          card: '# Tiny\n\n<img src="https://example.org/x.png" alt="">Good at [short answers](https://example.org/tiny).',
        },
        { id: 'owner/Closed-GGUF', files: [file], gated: 'manual', card: 'Nobody may read this.' },
      );
      process.env['HF_ENDPOINT'] = hub.endpoint.href;
      await use(hub);
      delete process.env['HF_ENDPOINT'];
    },
    { auto: true },
  ],
});

test('a model is found, looked into, downloaded and answers', async ({ nibble, hub }) => {
  const { page } = nibble;
  const ui = new NibblePage(page);
  await ui.goTo('Models');
  await page.getByRole('link', { name: 'Discover' }).click();
  await expect(page.getByRole('article', { name: /^SmolLM2 360M/ })).toContainText(/about .* tokens\/s/);
  expect(hub.requests).toEqual([]);

  await page.getByRole('textbox', { name: /^Search Hugging Face/ }).fill('tiny');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: /-GGUF$/ })).toHaveText(['owner/Tiny-GGUF']);
  await page.getByRole('link', { name: 'owner/Tiny-GGUF' }).click();
  const row = page.getByRole('row', { name: /^F16/ });
  await expect(row).toContainText('The pick');
  const card = page.getByRole('region', { name: 'What its makers say' });
  await expect(card.getByRole('link')).toHaveText('short answers (example.org)');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);

  await row.getByRole('button', { name: 'Download F16' }).click();
  await page.getByRole('link', { name: 'On this computer' }).click();
  await ui.chatWith('owner/Tiny-GGUF/Tiny-F16.gguf');
  await ui.makeAnswersExact();
  const { text, answer } = question('identity');
  await expect(await ui.ask(text)).toContainText(answer);
});

test('conditions, and a Hub that cannot be reached, say what can be done', async ({ nibble, hub }) => {
  const { page } = nibble;
  const field = page.getByRole('textbox', { name: /^Search Hugging Face/ });
  const problem = page.getByRole('group', { name: 'Problem' });
  await new NibblePage(page).goTo('Models');
  await page.getByRole('link', { name: 'Discover' }).click();
  await field.fill('hf:owner/Closed-GGUF');
  await page.keyboard.press('Enter');
  await expect(problem).toContainText('are not open to everybody');
  await expect(page.getByText('Nobody may read this.')).toHaveCount(0);
  expect(hub.requests.filter(({ server }) => server === 'storage')).toEqual([]);

  nibble.watch.expectRefusals();
  await hub[Symbol.asyncDispose]();
  await page.getByRole('link', { name: 'Discover' }).first().click();
  await field.fill('tiny');
  await page.keyboard.press('Enter');
  await expect(problem).toContainText('cannot be reached');
  await page.getByRole('button', { name: 'Back to the catalogue' }).click();
  await expect(page.getByRole('heading', { name: 'A place to start' })).toBeVisible();
});
