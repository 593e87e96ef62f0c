import { expect, test } from './fixture.ts';
import { NibblePage } from './nibble-page.ts';

test('a chat is renamed, deleted, brought back and found again', async ({ nibble }) => {
  const ui = new NibblePage(nibble.page);
  await ui.ask('Please tell me who you are.');
  const link = ui.chats;
  await expect(link).toHaveText('Please tell me who you are');

  await link.press('F2');
  const title = ui.page.getByRole('textbox', { name: 'Title of the chat' });
  await title.fill('Who is there');
  await title.press('Enter');
  await expect(link).toHaveText('Who is there');

  await link.hover();
  await ui.button('Delete Who is there').click();
  await expect(ui.chats).toHaveCount(0);
  await ui.button('Undo').click();
  await expect(link).toHaveText('Who is there');
  await link.click();
  await expect(ui.answers).toHaveCount(1);

  await nibble.restart();
  const after = new NibblePage(nibble.page);
  await expect(after.chats).toHaveText('Who is there');
});
