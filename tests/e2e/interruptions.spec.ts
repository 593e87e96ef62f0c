import { expect, test } from './fixture.ts';
import { NibblePage } from './nibble-page.ts';
import { slowModel } from './slow-model.ts';

/** Sends `text` and waits until its answer is well on its way. */
async function startLongAnswer(ui: NibblePage, text: string): Promise<void> {
  await ui.send(text);
  await longAnswer(ui);
}

async function longAnswer(ui: NibblePage): Promise<void> {
  const answer = ui.answers.last();
  await expect(answer).toHaveAttribute('aria-busy', 'true');
  await expect
    .poll(async () => (await answer.textContent())?.length ?? 0, { timeout: 30_000, intervals: [100] })
    .toBeGreaterThan(200);
}

test.beforeEach(async ({ nibble }) => {
  const ui = new NibblePage(nibble.page);
  const path = await slowModel(nibble.dataDir);
  await ui.openModel(path);
  await ui.chatWith(path);
});

test('an engine that is killed in the middle of an answer costs only that answer', async ({ nibble }) => {
  const ui = new NibblePage(nibble.page);
  await startLongAnswer(ui, 'Write on and on.');
  process.kill(nibble.enginePid ?? 0, 'SIGKILL');

  const answer = ui.answers.last();
  await expect(answer).toHaveAttribute('aria-busy', 'false');
  const problem = answer.getByRole('group', { name: 'Problem' });
  await expect(problem).toContainText('The engine stopped');
  const kept = (await answer.textContent()) ?? '';
  expect(kept.length).toBeGreaterThan(200);

  await problem.getByRole('button', { name: 'Try again' }).click();
  await longAnswer(ui);
  await ui.button('Stop the answer').click();
  await expect(ui.answers.last()).toContainText('Stopped by you.');
});

test('stop keeps what was written', async ({ nibble }) => {
  const ui = new NibblePage(nibble.page);
  await startLongAnswer(ui, 'Write on and on.');
  await ui.page.keyboard.press('Escape');
  const answer = ui.answers.last();
  await expect(answer).toContainText('Stopped by you.');
  await expect(answer).toHaveAttribute('aria-busy', 'false');
  expect((await answer.textContent())?.length).toBeGreaterThan(200);
  await expect(ui.button('Send')).toBeVisible();
});

test('a second chat waits visibly for the first', async ({ nibble }) => {
  const ui = new NibblePage(nibble.page);
  await startLongAnswer(ui, 'First of two.');
  await ui.newChat();
  await ui.send('Second of two.');
  await expect(ui.answers.last()).toContainText('Waiting for the answer in “First of two”');
  await expect(ui.engine).toContainText('1 waiting');

  await ui.chats.filter({ hasText: 'First of two' }).click();
  await ui.button('Stop the answer').click();
  await expect(ui.answers.last()).toContainText('Stopped by you.');
  await ui.chats.filter({ hasText: 'Second of two' }).click();
  await expect(ui.answers.last()).toHaveAttribute('aria-busy', 'false', { timeout: 120_000 });
  await expect(ui.engine).not.toContainText('waiting');
});

test('ending Nibble in the middle of an answer keeps what was written', async ({ nibble }) => {
  let ui = new NibblePage(nibble.page);
  await startLongAnswer(ui, 'Write on and on.');
  await nibble.restart();
  ui = new NibblePage(nibble.page);
  await ui.chats.first().click();
  await expect(ui.answers.last()).toHaveAttribute('aria-busy', 'false');
  expect((await ui.answers.last().textContent())?.length).toBeGreaterThan(200);
});
