import AxeBuilder from '@axe-core/playwright';
import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInModelPath } from '../helpers/synthetic-gguf.ts';
import { expect, test } from './fixture.ts';
import { NibblePage } from './nibble-page.ts';

test('a folder of models is added, watched, looked into and tidied up', async ({ nibble }) => {
  const { page } = nibble;
  const folder = join(nibble.dataDir, 'my models');
  mkdirSync(folder);
  const path = join(folder, 'One-F16.gguf');
  copyFileSync(builtInModelPath, path);
  linkSync(path, join(folder, 'Two-F16.gguf'));
  writeFileSync(join(folder, 'notes.gguf'), 'Dear diary, today I ran a model.');
  const ui = new NibblePage(page);
  const row = (file: string) => page.getByRole('article').filter({ hasText: join(folder, file) });
  const rowOf = (file: string) =>
    row(file).filter({ has: page.locator('p.path', { hasText: join(folder, file) }) });

  await ui.goTo('Models');
  await ui.button('Add a folder…').click();
  await page.getByRole('textbox', { name: 'Path of the folder' }).fill(folder);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(rowOf('One-F16.gguf')).toContainText('The same file as');
  await expect(rowOf('One-F16.gguf')).toContainText(/Fits/);
  copyFileSync(builtInModelPath, join(folder, 'Three-F16.gguf'));
  await expect(rowOf('Three-F16.gguf')).toBeVisible();

  await page.getByRole('searchbox', { name: 'Search models' }).fill('Three');
  await expect(page.getByRole('article')).toHaveCount(1);
  await page.getByRole('link', { name: 'Nibble Tiny', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Quantization' })).toBeVisible();
  await expect(
    page.getByText('have weights of their own').or(page.getByText('share their weights')),
  ).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);

  await page.goBack();
  await rowOf('Three-F16.gguf').getByRole('button', { name: /^More/ }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await expect(page.getByRole('dialog')).toContainText('to the trash');
  await ui.button('Move to the trash').click();
  await expect(rowOf('Three-F16.gguf')).toHaveCount(0);
  expect(existsSync(join(folder, 'Three-F16.gguf'))).toBe(false);
  await ui.button('Undo').click();
  await expect(rowOf('Three-F16.gguf')).toBeVisible();
  expect(existsSync(join(folder, 'Three-F16.gguf'))).toBe(true);

  renameSync(folder, `${folder} unplugged`);
  await expect(rowOf('One-F16.gguf')).toContainText('Away');
  renameSync(`${folder} unplugged`, folder);
  await expect(rowOf('One-F16.gguf')).not.toContainText('Away');
});
