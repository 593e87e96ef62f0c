import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { FakeCore } from '../../helpers/fake-client.ts';
import * as sample from '../../helpers/fake-samples.ts';
import { renderApp } from '../render-app.ts';

const button = page.getByRole('button', { name: 'Settings of this chat' });
const panel = page.getByRole('complementary', { name: 'Settings of this chat' });

test('settings are checked, saved and reset', async () => {
  const core = new FakeCore();
  const chat = core.addChat('A chat');
  await renderApp(core, `#/chats/${chat.id}`);
  await button.click();
  const seed = panel.getByRole('textbox', { name: 'Seed' });
  await seed.fill('-3');
  await expect.element(panel.getByText('Enter a whole number from 0 to 4294967295.')).toBeVisible();
  await expect.element(seed).toHaveAttribute('aria-invalid', 'true');
  await userEvent.keyboard('{Enter}');
  expect(core.calls).not.toContain('chats.setSettings');

  await seed.fill('42');
  await userEvent.keyboard('{Enter}');
  await panel.getByRole('textbox', { name: 'System prompt' }).fill('Answer in one word.');
  panel.getByRole('slider', { name: 'Temperature' }).element().focus();
  await userEvent.keyboard('{Home}');
  await expect
    .poll(() => core.chats.get(chat.id)?.settings)
    .toEqual({
      ...sample.settings.chatDefaults,
      seed: 42,
      systemPrompt: 'Answer in one word.',
      temperature: 0,
    });

  await panel.getByRole('button', { name: 'Reset to the defaults' }).click();
  await expect.poll(() => core.chats.get(chat.id)?.settings).toEqual(sample.settings.chatDefaults);
  await expect.element(seed).toHaveValue('');
});

test('what could not be saved goes back and says why', async () => {
  const core = new FakeCore();
  const chat = core.addChat('A chat');
  core.failNext('chats.setSettings', sample.problems.diskFull);
  await renderApp(core, `#/chats/${chat.id}`);
  await button.click();
  const topK = panel.getByRole('textbox', { name: 'Top-k' });
  await topK.fill('7');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText(sample.problems.diskFull.what)).toBeVisible();
  await expect.element(topK).toHaveValue('40');
});

test('a new chat takes model and settings along with its first message', async () => {
  const core = new FakeCore();
  core.models = [sample.builtInModel, sample.largeModel];
  await renderApp(core);
  await page.getByRole('button', { name: 'Nibble Tiny F16' }).click();
  await page.getByRole('button', { name: 'Llama 3.1 8B Instruct Q4_K_M 4.6 GiB' }).click();
  await button.click();
  await panel.getByRole('textbox', { name: 'Longest answer' }).fill('64');
  await userEvent.keyboard('{Enter}{Escape}');
  await expect.element(button).toHaveFocus();
  await page.getByRole('textbox', { name: 'Message' }).fill('Hello');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('article', { name: 'You' })).toBeVisible();
  const [chat] = [...core.chats.values()];
  expect([chat?.modelId, chat?.settings.maxTokens]).toEqual([sample.largeModel.id, 64]);
});

test('the plan says what was chosen and why', async () => {
  await renderApp(new FakeCore());
  await page.getByRole('button', { name: '2,048 context · CPU, 2 threads why' }).click();
  const why = page.getByRole('dialog', { name: 'Why these settings' });
  await expect.element(why.getByText(sample.plan.why)).toBeVisible();
  for (const reason of sample.planVariant.reasons) await expect.element(why.getByText(reason)).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(why).not.toBeInTheDocument();
});
