import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { FakeCore } from '../../helpers/fake-client.ts';
import { renderApp } from '../render-app.ts';

function viewport(): HTMLElement {
  return page.getByRole('region', { name: 'Messages' }).element() as HTMLElement;
}

function restBelow(): number {
  const { scrollHeight, clientHeight, scrollTop } = viewport();
  return Math.round(scrollHeight - clientHeight - scrollTop);
}

async function longChat() {
  const core = new FakeCore();
  const chat = core.addChat('Long');
  for (let turn = 0; turn < 20; turn += 1) {
    core.addMessage(chat.id, { role: 'user', text: `Question ${turn}` });
    core.addMessage(chat.id, { role: 'assistant', text: 'An answer of some words. '.repeat(30) });
  }
  core.addMessage(chat.id, { role: 'user', text: 'The last one' });
  const answer = core.addMessage(chat.id, { role: 'assistant', text: 'Start', status: 'answering' });
  await renderApp(core, `#/chats/${chat.id}`);
  await expect.element(page.getByText('Start')).toBeInViewport();
  return { core, answer };
}

test('a chat opens at its end and stays there while text arrives', async () => {
  const { core, answer } = await longChat();
  for (let line = 0; line < 40; line += 1) core.delta(answer, `\n\nLine ${line}`);
  await expect.element(page.getByText('Line 39')).toBeInViewport();
  await expect.poll(restBelow).toBe(0);
});

test('whoever scrolls up is left alone, and one button leads back', async () => {
  const { core, answer } = await longChat();
  viewport().scrollTop -= 600;
  const jump = page.getByRole('button', { name: 'Jump to latest' });
  await expect.element(jump).toBeVisible();
  // What is being read stays where it is on the screen, whatever grows above or below it.
  const read = document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('article');
  if (!read) throw new Error('there is no message in the middle of the window');
  const { top } = read.getBoundingClientRect();
  for (let line = 0; line < 40; line += 1) core.delta(answer, `\n\nLine ${line}`);
  await expect.element(page.getByText('Line 39')).toBeInTheDocument();
  expect(read.getBoundingClientRect().top).toBeCloseTo(top, 0);

  await jump.click();
  await expect.element(page.getByText('Line 39')).toBeInViewport();
  await expect.element(jump).not.toBeInTheDocument();
  core.delta(answer, '\n\nThe end');
  await expect.element(page.getByText('The end')).toBeInViewport();
});

test('settled blocks keep their elements while the answer grows', async () => {
  const { core, answer } = await longChat();
  core.delta(answer, '\n\nSecond paragraph\n\nThird');
  await expect.element(page.getByText('Third')).toBeVisible();
  const settled = page.getByText('Second paragraph').element();
  const mutations: MutationRecord[] = [];
  const observer = new MutationObserver((records) => mutations.push(...records));
  const blocks = settled.closest('.blocks');
  if (!blocks) throw new Error('the paragraph is in no answer');
  observer.observe(blocks, { subtree: true, childList: true, characterData: true });
  core.delta(answer, ' paragraph');
  await expect.element(page.getByText('Third paragraph')).toBeVisible();
  observer.disconnect();
  const touched = mutations.filter(({ target }) => settled.contains(target) || target === blocks);
  expect(touched).toEqual([]);
  expect(settled.isConnected).toBe(true);
});
