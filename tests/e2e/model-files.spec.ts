import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInModelPath } from '../helpers/synthetic-gguf.ts';
import { expect, test } from './fixture.ts';
import { NibblePage } from './nibble-page.ts';
import { question } from './questions.ts';

test('a model is opened by its path, spaces and foreign letters included', async ({ nibble }) => {
  const folder = join(nibble.dataDir, 'meine Modelle ü 模型');
  mkdirSync(folder);
  copyFileSync(builtInModelPath, join(folder, 'eine Kopie-F16.gguf'));

  const path = join(folder, 'eine Kopie-F16.gguf');
  const ui = new NibblePage(nibble.page);
  await ui.openModel(path);
  await ui.chatWith(path);
  await ui.makeAnswersExact();
  const { text, answer } = question('identity');
  await expect(await ui.ask(text)).toContainText(answer);
});

const broken: [name: string, make: (path: string) => void, says: string][] = [
  ['missing.gguf', () => undefined, 'There is no file at'],
  ['empty.gguf', (path) => writeFileSync(path, ''), 'is empty'],
  ['notes.gguf', (path) => writeFileSync(path, 'Dear diary, today I ran a model.'), 'is not a GGUF model'],
  ['folder.gguf', (path) => mkdirSync(path), 'is a folder'],
  [
    'half.gguf',
    (path) => {
      copyFileSync(builtInModelPath, path);
      truncateSync(path, Math.floor(readFileSync(path).length / 2));
    },
    'is incomplete',
  ],
];

test('a file that is no model is refused with a reason, in the place where it was opened', async ({
  nibble,
}) => {
  const ui = new NibblePage(nibble.page);
  nibble.watch.expectRefusals();
  for (const [name, make, says] of broken) {
    const path = join(nibble.dataDir, name);
    make(path);
    await ui.openModel(path);
    await expect(ui.page.getByRole('group', { name: 'Problem' })).toContainText(says);
    await ui.button('Cancel').click();
  }
  await ui.newChat();
  await expect(await ui.ask('Please tell me who you are.')).toContainText('Nibble Tiny');
});
