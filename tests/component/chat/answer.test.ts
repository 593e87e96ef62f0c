import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { FakeCore } from '../../helpers/fake-client.ts';
import * as sample from '../../helpers/fake-samples.ts';
import { renderApp } from '../render-app.ts';

const composer = page.getByRole('textbox', { name: 'Message' });

test('a first message makes a chat, and its answer grows while it arrives', async () => {
  const core = new FakeCore();
  await renderApp(core);
  await composer.fill('Can you explain quantization?');
  await userEvent.keyboard('{Enter}');

  await expect
    .element(page.getByRole('article', { name: 'You' }))
    .toHaveTextContent('Can you explain quantization?');
  expect(location.hash).toMatch(/^#\/chats\/\d+$/);
  await expect.element(composer).toHaveValue('');

  const answer = core.answer(1);
  core.delta(answer, '');
  core.delta(answer, 'Quantization stores ');
  core.delta(answer, 'each weight with **fewer** bits.');
  const article = page.getByRole('article', { name: 'Answer' });
  await expect.element(article).toHaveTextContent('Quantization stores each weight with fewer bits.');
  await expect.element(article).toHaveAttribute('aria-busy', 'true');

  core.finish(answer);
  await expect.element(article).toHaveAttribute('aria-busy', 'false');
  await expect.element(page.getByText('31.4 tokens/s')).toBeVisible();
  await expect.element(page.getByText('12 new, 340 reused')).toBeVisible();
  await expect.element(page.getByText('400 / 2,048 context')).toBeVisible();
});

test('an answer that was stopped before its first word says so', async () => {
  const core = new FakeCore();
  const chat = core.addChat('A chat');
  core.addMessage(chat.id, { role: 'user', text: 'Hello' });
  core.addMessage(chat.id, { role: 'assistant', text: '', status: 'stopped' });
  await renderApp(core, `#/chats/${chat.id}`);
  await expect
    .element(page.getByRole('article', { name: 'Answer' }))
    .toHaveTextContent('Stopped by you before the answer began.');
});

test('the finished answer is said once to screen readers', async () => {
  const core = new FakeCore();
  const chat = core.addChat('A chat');
  core.addMessage(chat.id, { role: 'user', text: 'Hello' });
  const answer = core.addMessage(chat.id, { role: 'assistant', text: '', status: 'answering' });
  await renderApp(core, `#/chats/${chat.id}`);
  await expect.element(page.getByRole('article', { name: 'Answer' })).toBeVisible();
  const regions = () =>
    [...document.querySelectorAll('[role="status"]')].filter((each) => each.textContent.includes('Good day'));

  core.delta(answer, 'Good day.');
  await expect.element(page.getByText('Good day.')).toBeVisible();
  expect(regions()).toHaveLength(0);

  core.finish(answer);
  await expect.poll(() => regions().map((each) => each.textContent)).toEqual(['Answer: Good day.']);
});

test('Escape stops the answer and keeps what is written', async () => {
  const core = new FakeCore();
  await renderApp(core);
  await composer.fill('Tell me a story');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('button', { name: 'Stop the answer' })).toBeVisible();
  core.delta(core.answer(1), '');
  core.delta(core.answer(1), 'Once there was');
  await expect.element(page.getByText('Once there was')).toBeVisible();

  await userEvent.keyboard('{Escape}');
  await expect.element(page.getByText('Stopped by you.')).toBeVisible();
  await expect.element(page.getByText('Once there was')).toBeVisible();
  expect(core.calls).toContain('chats.stop');
  await expect.element(page.getByRole('button', { name: 'Send' })).toBeVisible();
});

test('an answer that is told to stop before it has begun says so at once', async () => {
  const core = new FakeCore();
  const release = core.hold('chats.stop');
  await renderApp(core);
  await composer.fill('Tell me a story');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('button', { name: 'Stop the answer' })).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(page.getByText('Stopping…')).toBeVisible();
  release();
  await expect.element(page.getByText('Stopped by you.')).toBeVisible();
});

test('an answer that waits says for which chat', async () => {
  const core = new FakeCore();
  const first = core.addChat('The long story');
  core.addMessage(first.id, { role: 'user', text: 'Once more' });
  core.addMessage(first.id, { role: 'assistant', text: 'Once', status: 'answering' });
  const second = core.addChat('Sums');
  core.addMessage(second.id, { role: 'user', text: '2 + 3' });
  const waiting = core.addMessage(second.id, { role: 'assistant', text: '', status: 'queued' });
  core.engine = {
    ...sample.readyEngine,
    state: 'busy',
    queue: [{ chatId: second.id, messageId: waiting.id }],
  };
  await renderApp(core, `#/chats/${second.id}`);
  await expect.element(page.getByText('Waiting for the answer in “The long story”')).toBeVisible();

  core.finish(core.answer(first.id));
  core.setEngine({ queue: [] });
  core.delta(waiting, '');
  core.emit({
    type: 'prefill',
    chatId: second.id,
    messageId: waiting.id,
    evaluatedTokens: 340,
    totalTokens: 1200,
  });
  await expect.element(page.getByText('Reading 340 of 1,200 tokens')).toBeVisible();
  core.delta(waiting, '2 + 3 = 5');
  await expect.element(page.getByText('2 + 3 = 5')).toBeVisible();
  await expect.element(page.getByText('Reading 340 of 1,200 tokens')).not.toBeInTheDocument();
});

test('two chats are written at the same time without mixing', async () => {
  const core = new FakeCore();
  const ids = ['Left', 'Right'].map((title) => core.addChat(title).id);
  const answers = ids.map((id) => {
    core.addMessage(id, { role: 'user', text: 'Go' });
    return core.addMessage(id, { role: 'assistant', text: '', status: 'answering' });
  });
  await renderApp(core, `#/chats/${ids[0]}`);
  await expect.element(page.getByRole('article', { name: 'Answer' })).toBeVisible();
  for (const word of ['one ', 'two ', 'three']) {
    answers.forEach((answer, side) => core.delta(answer, side === 0 ? word : word.toUpperCase()));
  }
  await expect.element(page.getByText('one two three')).toBeVisible();
  await page.getByRole('link', { name: 'Right, answer in progress' }).click();
  await expect.element(page.getByText('ONE TWO THREE')).toBeVisible();
  await expect.element(page.getByText('one two three')).not.toBeInTheDocument();
});

test('a failed answer keeps its text, says why in its place, and is tried again there', async () => {
  const core = new FakeCore();
  const chat = core.addChat('A chat');
  core.addMessage(chat.id, { role: 'user', text: 'Tell me a story' });
  core.addMessage(chat.id, {
    role: 'assistant',
    text: 'Once there was a',
    status: 'interrupted',
    problem: sample.problems.crashed,
  });
  await renderApp(core, `#/chats/${chat.id}`);
  await expect.element(page.getByText('Once there was a')).toBeVisible();
  await expect.element(page.getByText(sample.problems.crashed.what)).toBeVisible();

  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByText(sample.problems.crashed.what)).not.toBeInTheDocument();
  const answer = core.answer(chat.id);
  core.delta(answer, '');
  core.delta(answer, 'There was a dog.');
  await expect.element(page.getByText('There was a dog.')).toBeVisible();
  expect(page.getByRole('article', { name: 'You' }).elements()).toHaveLength(1);
});

test('an engine that gave up is started again before the answer is', async () => {
  const core = new FakeCore();
  const chat = core.addChat('A chat');
  core.addMessage(chat.id, { role: 'user', text: 'Hello' });
  core.addMessage(chat.id, {
    role: 'assistant',
    text: '',
    status: 'failed',
    problem: sample.problems.gaveUp,
  });
  await renderApp(core, `#/chats/${chat.id}`);
  await page.getByRole('button', { name: 'Start again' }).click();
  await expect.poll(() => core.calls.slice(-2)).toEqual(['engine.reset', 'chats.retry']);
});

test('what could not be sent stays in the composer, with the reason above it', async () => {
  const core = new FakeCore();
  core.failNext('chats.send', sample.problems.diskFull);
  await renderApp(core);
  await composer.fill('Keep this');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText(sample.problems.diskFull.what)).toBeVisible();
  await expect.element(composer).toHaveValue('Keep this');
});

test('after a lost connection the window catches up with what was written meanwhile', async () => {
  const core = new FakeCore();
  const chat = core.addChat('A chat');
  core.addMessage(chat.id, { role: 'user', text: 'Tell me a story' });
  const answer = core.addMessage(chat.id, { role: 'assistant', text: 'Once', status: 'answering' });
  await renderApp(core, `#/chats/${chat.id}`);
  await expect.element(page.getByText('Once')).toBeVisible();

  core.disconnect();
  core.finish(answer, { text: 'Once there was a dog.' });
  await expect.element(page.getByText('Once there was a dog.')).toBeVisible();
  expect(core.calls.filter((name) => name === 'live.events')).toHaveLength(2);
});
