import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { FakeCore } from '../../helpers/fake-client.ts';
import { renderApp } from '../render-app.ts';

declare global {
  interface Window {
    pwned?: boolean;
  }
}

const payloads = [
  '<script>window.pwned = true</script>',
  '<img src=x onerror="window.pwned = true">',
  '<svg><script>window.pwned = true</script></svg>',
  '<iframe srcdoc="<script>parent.pwned = true</script>"></iframe>',
  '<a href="javascript:window.pwned = true">click</a>',
  '[click](javascript:window.pwned=true) ![x](https://example.org/x.png)',
  '<link rel="dns-prefetch" href="//example.org"><base href="https://example.org/">',
  '<style>* { background: url(https://example.org/) }</style>',
  '{@html "<b>x</b>"} {1 + 1} ${1 + 1}',
  '```html"><script>window.pwned = true</script>\n</code></pre><script>window.pwned = true</script>\n```',
  '| <img src=x onerror=alert(1)> | b |\n| --- | --- |\n| <b>c</b> | d |',
  '- <img src=x onerror=alert(1)>\n- **<b>bold</b>** `<i>code</i>`',
  '# <h1 onclick="window.pwned = true">title</h1>',
];

test('text of a model never becomes HTML, streamed or loaded', async () => {
  const core = new FakeCore();
  const chat = core.addChat(payloads[1] ?? '');
  core.addMessage(chat.id, { role: 'user', text: payloads.join('\n\n') });
  const loaded = payloads.join('\n\n');
  core.addMessage(chat.id, { role: 'assistant', text: loaded, reasoning: loaded });
  core.addMessage(chat.id, { role: 'user', text: 'again' });
  const streamed = core.addMessage(chat.id, { role: 'assistant', text: '', status: 'answering' });
  await renderApp(core, `#/chats/${chat.id}`);
  await expect.element(page.getByRole('article', { name: 'Answer' }).last()).toBeVisible();
  for (const payload of payloads) {
    for (const char of payload) core.delta(streamed, char);
    core.delta(streamed, '\n\n');
  }
  core.delta(streamed, 'The end.');
  await expect.element(page.getByText('The end.')).toBeVisible();

  const forbidden = '.viewport :is(script, img, iframe, a, link, base, style, b, i, h1, svg script)';
  expect([...document.querySelectorAll(forbidden)].map((each) => each.outerHTML)).toEqual([]);
  expect(window.pwned).toBeUndefined();
  await expect.element(page.getByText('{@html "<b>x</b>"} {1 + 1} ${1 + 1}').last()).toBeVisible();
});

test('characters that hide or turn text are shown or left out', async () => {
  const core = new FakeCore();
  const chat = core.addChat('gpj.\u202Eexe\u{E0041}\u200B title');
  core.addMessage(chat.id, { role: 'user', text: 'a\u202Eb' });
  core.addMessage(chat.id, { role: 'assistant', text: 'c\u{E0041}d' });
  await renderApp(core, `#/chats/${chat.id}`);
  await expect.element(page.getByRole('link', { name: 'gpj.exe title' })).toBeVisible();
  await expect.element(page.getByText('a⟨U+202E⟩b')).toBeVisible();
  await expect.element(page.getByText('c⟨U+E0041⟩d')).toBeVisible();
});
