import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { FakeCore } from '../../helpers/fake-client.ts';
import { renderApp } from '../render-app.ts';

const composer = page.getByRole('textbox', { name: 'Message' });

test('every chat keeps its own draft', async () => {
  const core = new FakeCore();
  core.addChat('First');
  core.addChat('Second');
  await renderApp(core);
  await composer.fill('for a new chat');
  await page.getByRole('link', { name: 'First' }).click();
  await expect.element(composer).toHaveValue('');
  await composer.fill('for the first');
  await page.getByRole('link', { name: 'Second' }).click();
  await expect.element(composer).toHaveValue('');
  await page.getByRole('link', { name: 'First' }).click();
  await expect.element(composer).toHaveValue('for the first');
  await page.getByRole('link', { name: 'New chat' }).click();
  await expect.element(composer).toHaveValue('for a new chat');
});

test('Shift+Enter starts a line, and the field grows up to ten of them', async () => {
  await renderApp(new FakeCore());
  await composer.click();
  const height = () => composer.element().getBoundingClientRect().height;
  const one = height();
  await userEvent.keyboard('a{Shift>}{Enter}{/Shift}b');
  await expect.element(composer).toHaveValue('a\nb');
  await expect.poll(height).toBeGreaterThan(one);
  await composer.fill('line\n'.repeat(10));
  const ten = height();
  await composer.fill('line\n'.repeat(40));
  expect(height()).toBe(ten);
});

test('an example question is asked with one click', async () => {
  const core = new FakeCore();
  await renderApp(core);
  await page.getByRole('button', { name: 'Can you explain quantization?' }).click();
  await expect
    .element(page.getByRole('article', { name: 'You' }))
    .toHaveTextContent('Can you explain quantization?');
  expect(core.calls.filter((name) => name.startsWith('chats.'))).toEqual(
    expect.arrayContaining(['chats.create', 'chats.send']),
  );
});
