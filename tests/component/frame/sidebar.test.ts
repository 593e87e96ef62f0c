import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { FakeCore } from '../../helpers/fake-client.ts';
import * as sample from '../../helpers/fake-samples.ts';
import { renderApp } from '../render-app.ts';

const DAY_MS = 86_400_000;

function link(name: string) {
  return page.getByRole('link', { name });
}

async function focus(name: string): Promise<void> {
  await expect.element(link(name)).toBeVisible();
  link(name).element().focus();
}

test('chats are grouped by date, newest first', async () => {
  const core = new FakeCore();
  const noon = new Date().setHours(12, 0, 0, 0);
  const settings = core.settings.chatDefaults;
  core.addChat('Three days ago', settings, noon - 3 * DAY_MS);
  core.addChat('This day', settings, noon);
  core.addChat('The day before', settings, noon - DAY_MS);
  await renderApp(core);
  await expect.element(link('This day')).toBeVisible();
  const nav = page.getByRole('navigation', { name: 'Chats' }).element();
  const lines = [...nav.querySelectorAll('h2, .title')].map((each) => each.textContent);
  expect(lines).toEqual([
    'Today',
    'This day',
    'Yesterday',
    'The day before',
    'Last 7 days',
    'Three days ago',
  ]);
});

test('a deleted chat comes back with Undo', async () => {
  const core = new FakeCore();
  core.addChat('Keep me');
  await renderApp(core, '#/chats/1');
  await focus('Keep me');
  await userEvent.keyboard('{Delete}');
  await expect.element(link('Keep me')).not.toBeInTheDocument();
  await expect.element(page.getByText('“Keep me” deleted')).toBeVisible();
  expect(location.hash).toBe('#/');

  page.getByRole('button', { name: 'Undo' }).element().focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(link('Keep me')).toBeVisible();
  expect(core.chats.size).toBe(1);
  await expect.element(page.getByRole('main')).toHaveFocus();
});

test('a chat that could not be deleted is still there, with the reason', async () => {
  const core = new FakeCore();
  core.addChat('Keep me');
  core.failNext('chats.delete', sample.problems.diskFull);
  await renderApp(core);
  await focus('Keep me');
  await userEvent.keyboard('{Delete}');
  await expect.element(page.getByText(sample.problems.diskFull.what)).toBeVisible();
  await expect.element(link('Keep me')).toBeVisible();
});

test('a chat is renamed in its place, and Escape takes it back', async () => {
  const core = new FakeCore();
  core.addChat('Old title');
  await renderApp(core);
  await focus('Old title');
  await userEvent.keyboard('{F2}');
  const field = page.getByRole('textbox', { name: 'Title of the chat' });
  await expect.element(field).toHaveFocus();
  await field.fill('Nothing');
  await userEvent.keyboard('{Escape}');
  await expect.element(link('Old title')).toHaveFocus();

  await userEvent.keyboard('{F2}');
  await field.fill('New title');
  await userEvent.keyboard('{Enter}');
  await expect.element(link('New title')).toHaveFocus();
  expect(core.chats.get(1)?.title).toBe('New title');
});

test('keys move between chats and pages', async () => {
  const core = new FakeCore();
  const settings = core.settings.chatDefaults;
  core.addChat('Older', settings, Date.now() - 1000);
  core.addChat('Newer', settings, Date.now());
  await renderApp(core);
  await expect.element(link('Newer')).toBeVisible();
  await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
  await expect.element(link('Newer')).toHaveAttribute('aria-current', 'page');
  await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
  await expect.element(link('Older')).toHaveAttribute('aria-current', 'page');
  await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}');
  await expect.element(link('Newer')).toHaveAttribute('aria-current', 'page');
  await userEvent.keyboard('{Alt>}n{/Alt}');
  expect(location.hash).toBe('#/');
  await userEvent.keyboard('{Control>},{/Control}');
  await expect.element(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  expect(document.title).toBe('Settings – Nibble');
  // The composer, which had the focus, is gone with its page.
  await expect.element(page.getByRole('main')).toHaveFocus();
});
