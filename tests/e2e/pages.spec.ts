import AxeBuilder from '@axe-core/playwright';
import { join } from 'node:path';
import { expect, test } from './fixture.ts';
import { NibblePage } from './nibble-page.ts';

const screens = join(import.meta.dirname, '../../test-results/screens');
const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 420, height: 800 } };
const addresses = {
  welcome: '#/',
  chat: '#/chats/1',
  models: '#/models',
  model: '#/models/1',
  discover: '#/models/discover',
  downloads: '#/models/downloads',
  fits: '#/fits',
  computer: '#/computer',
  accuracy: '#/accuracy',
  settings: '#/settings',
};

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, reducedMotion: 'reduce' });

    test(`every page is accessible and has its picture taken, ${colorScheme}`, async ({ nibble }) => {
      test.slow();
      const { page } = nibble;
      const ui = new NibblePage(page);
      await ui.makeAnswersExact();
      for (const text of ['Briefly, what is BPW?', 'Show the capitals of Australia and Iraq in a table.'])
        await ui.ask(text);

      for (const [name, hash] of Object.entries(addresses)) {
        await page.evaluate((to) => (location.hash = to), hash);
        await expect(page.getByRole('main').locator('h1')).toBeAttached();
        await expect(page.getByRole('status', { name: /./ })).toHaveCount(0);
        for (const [size, viewport] of Object.entries(sizes)) {
          await page.setViewportSize(viewport);
          await page.evaluate(() => document.fonts.ready);
          await page.screenshot({
            path: join(screens, `${name}-${colorScheme}-${size}.png`),
            animations: 'disabled',
          });
          const axe = new AxeBuilder({ page });
          // The colours are all that is different in the dark.
          if (colorScheme === 'dark') axe.withRules('color-contrast');
          const { violations } = await axe.analyze();
          const found = violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
          );
          expect(found, `${name}, ${size}`).toEqual([]);
        }
      }
    });
  });
}

test('everything works without a mouse', async ({ nibble }) => {
  const ui = new NibblePage(nibble.page);
  const { keyboard } = nibble.page;
  await expect(ui.message).toBeFocused();
  await keyboard.type('Please tell me who you are.');
  await keyboard.press('Enter');
  await expect(ui.answers).toHaveAttribute('aria-busy', 'false', { timeout: 120_000 });

  await keyboard.press('Alt+KeyN');
  await expect(ui.answers).toHaveCount(0);
  await expect(ui.message).toBeFocused();
  await keyboard.press('Alt+ArrowDown');
  await expect(ui.answers).toHaveCount(1);

  await keyboard.press('Control+Comma');
  await expect(nibble.page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
});
