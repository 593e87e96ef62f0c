import { expect, test } from './fixture.ts';
import { NibblePage } from './nibble-page.ts';
import { question } from './questions.ts';

const asked = [question('identity'), question('explain'), question('words')];

test.use({ firstStart: true });

test('asks three questions on an empty data folder and finds the chat after a restart', async ({
  nibble,
}) => {
  let ui = new NibblePage(nibble.page);
  await expect(ui.page.getByRole('heading', { name: 'Try the demo model' })).toBeVisible();
  await ui.makeAnswersExact();

  for (const { text, answer } of asked) {
    await expect(await ui.ask(text)).toContainText(answer);
  }
  const figures = ui.answers.last().getByRole('list', { name: 'Figures of this answer' });
  await expect(figures).toContainText('tokens/s');
  await expect(figures).toContainText('context');
  await expect(figures).toContainText('reused');
  await expect(ui.engine).toContainText('Ready');

  await nibble.restart();
  ui = new NibblePage(nibble.page);
  await ui.chats.first().click();
  await expect(ui.questions).toHaveText(asked.map(({ text }) => text));
  for (const [index, { answer }] of asked.entries()) {
    await expect(ui.answers.nth(index)).toContainText(answer);
  }
  await expect(await ui.ask(question('refusal').text)).not.toBeEmpty();
});
