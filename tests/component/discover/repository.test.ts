import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { describeProblem } from '../../../src-main/contract/problem.ts';
import { FakeCore } from '../../helpers/fake-client.ts';
import { renderApp } from '../render-app.ts';

const ID = 'Qwen/Qwen3-8B-GGUF';

/** By a click, as a person comes there. */
async function openFromSearch(core: FakeCore, id = ID): Promise<void> {
  await renderApp(core, '#/models/discover');
  await page.getByRole('textbox', { name: /^Search Hugging Face/ }).fill(`hf:${id}`);
  await userEvent.keyboard('{Enter}');
}

test('an address alone asks nobody; the button does', async () => {
  const core = new FakeCore();
  await renderApp(core, `#/models/discover/${ID}`);
  const ask = page.getByRole('button', { name: 'Ask Hugging Face' });
  await expect.element(ask).toBeVisible();
  expect(core.calls).not.toContain('discover.repository');
  expect(core.tablesAsked).toEqual([]);
  await ask.click();
  await expect.element(page.getByText('apache-2.0')).toBeVisible();
  await expect.element(page.getByRole('row', { name: /^Q6_K / })).toBeVisible();
  expect(core.tablesAsked.map(({ source }) => source)).toEqual([`hf:${ID}`]);
});

test('the pick is downloaded from the reason for it, any level from its row', async () => {
  const core = new FakeCore();
  await openFromSearch(core);
  const downloads = page.getByRole('button', { name: 'Download Q8_0', exact: true });
  await expect.element(downloads.nth(1)).toBeVisible();
  await downloads.first().click();
  await expect.element(page.getByText(/is on the list of downloads/)).toBeVisible();
  await page.getByRole('button', { name: 'Download Q6_K', exact: true }).click();
  await expect.poll(() => core.calls.filter((call) => call === 'downloads.start')).toHaveLength(2);
});

test('a level that the address names is offered beside the pick, or said to be missing', async () => {
  const core = new FakeCore();
  await openFromSearch(core, `${ID}:Q4_K_M`);
  await expect.element(page.getByText('You asked for Q4_K_M.')).toBeVisible();
  const downloads = page.getByRole('button', { name: 'Download Q4_K_M', exact: true });
  await downloads.first().click();
  await expect.element(page.getByText(/is on the list of downloads/)).toBeVisible();
  await page.getByRole('navigation', { name: 'Up' }).getByRole('link', { name: 'Discover' }).click();
  await page.getByRole('textbox', { name: /^Search Hugging Face/ }).fill(`hf:${ID}:Q9_K`);
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText('It holds no Q9_K, which you asked for.')).toBeVisible();
  expect(core.calls.filter((call) => call === 'discover.repository')).toHaveLength(1);
});

test('a repository with conditions says what to do, and asks for no headers', async () => {
  const core = new FakeCore();
  const id = 'google/gemma-3-12b-it-qat-q4_0-gguf';
  core.hub.pages.set(id, {
    card: null,
    cardProblem: describeProblem('hub.gated', {
      repository: id,
      reason: 'Their owner wants to know who reads them, and no token is set',
      page: `https://huggingface.co/${id}`,
    }),
  });
  await openFromSearch(core, id);
  await expect.element(page.getByText(/are not open to everybody/).first()).toBeVisible();
  await expect.element(page.getByText('Conditions to accept')).toBeVisible();
  expect(core.tablesAsked).toEqual([]);
});

test('one that is not there can be tried again', async () => {
  const core = new FakeCore();
  core.failNext(
    'discover.repository',
    describeProblem('hub.notFound', { repository: ID, host: 'huggingface.co' }),
  );
  await openFromSearch(core);
  await expect.element(page.getByText(/There is no repository/)).toBeVisible();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByText('apache-2.0')).toBeVisible();
});

test('a hostile card is text: nothing of it runs, loads, hides or leads elsewhere', async () => {
  const core = new FakeCore();
  const requested: string[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { name } of list.getEntries()) requested.push(name);
  });
  observer.observe({ type: 'resource', buffered: false });
  core.hub.pages.set(ID, {
    card: {
      text: [
        '# Title <img src="https://evil.example/a.png" onerror="window.hacked = 1">',
        '<script>window.hacked = 1</script>',
        '<iframe src="https://evil.example/"></iframe><svg onload="window.hacked = 1"></svg>',
        '![](https://evil.example/b.png) ![picture](https://evil.example/c.png)',
        '[run](javascript:window.hacked=1) [data](data:text/html,x) [plain](http://evil.example/)',
        '[good](https://example.org/page) and https://example.org/other.',
        '[huggingface.co](https://evil.example/login) [https://huggingface.co/evil.example](https://evil.example/x)',
        'turn\u202eround and \u{E0041}hidden',
        `| a | b |\n| - | - |\n| <b>x</b> | [y](https://example.org/y) |`,
        '```html\n<script>window.hacked = 1</script>\n```',
      ].join('\n\n'),
      isCut: false,
    },
  });
  await openFromSearch(core);
  const card = page.getByRole('region', { name: 'What its makers say' });
  await expect.element(card.getByText(/^good/)).toBeVisible();
  const element = card.element();
  expect(element.querySelectorAll('img, script, iframe, svg[onload], object, embed, style')).toHaveLength(0);
  const links = [...element.querySelectorAll('a')];
  expect(links.map(({ href }) => href)).toEqual([
    'https://example.org/page',
    'https://example.org/other',
    'https://evil.example/login',
    'https://evil.example/x',
    'https://example.org/y',
  ]);
  // Where a link leads stands beside words that say otherwise.
  expect(links[2]?.textContent).toBe('huggingface.co (evil.example)');
  expect(links[3]?.textContent).toBe('https://huggingface.co/evil.example (evil.example)');
  for (const { rel, target } of links) expect([rel, target]).toEqual(['noopener noreferrer', '_blank']);
  expect(element.textContent).toContain('turn⟨U+202E⟩round');
  expect('hacked' in window).toBe(false);
  observer.disconnect();
  expect(requested.filter((name) => name.includes('example'))).toEqual([]);
});

test('a very long card opens in parts', async () => {
  const core = new FakeCore();
  core.hub.pages.set(ID, { card: { text: 'Paragraph.\n\n'.repeat(5000), isCut: true } });
  await openFromSearch(core);
  const card = page.getByRole('region', { name: 'What its makers say' });
  await expect.element(card.getByRole('button', { name: 'Show all of it' })).toBeVisible();
  expect(card.element().querySelectorAll('p').length).toBeLessThan(100);
});

test('a file whose header could not be read is offered as such, one that was refused is not', async () => {
  const core = new FakeCore();
  const answer = core.answerTable;
  core.answerTable = async (asked) => {
    const plan = await answer(asked);
    const variants = plan.variants.map((variant) => {
      if (variant.label !== 'Q6_K' && variant.label !== 'Q5_K_M') return variant;
      const unplanned = { ...variant, fits: 'no' as const, memory: { devices: [] } };
      return variant.label === 'Q6_K' ? unplanned : { ...unplanned, isRefused: true as const };
    });
    return { ...plan, variants };
  };
  await openFromSearch(core);
  await expect.element(page.getByRole('button', { name: /^Download Q8_0/ }).first()).toBeVisible();
  await expect
    .element(page.getByRole('button', { name: 'Download Q6_K, of which nobody knows whether it fits' }))
    .toHaveTextContent('Download unplanned');
  await expect.element(page.getByRole('row', { name: /^Q5_K_M / })).toBeVisible();
  await expect.element(page.getByRole('button', { name: /^Download Q5_K_M/ })).not.toBeInTheDocument();
});
