import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { connect } from '../../../src-renderer/lib/client/connect.ts';
import Root from '../../../src-renderer/Root.svelte';

const TOKEN = 'abcdefghijklmnopqrstuvwxyz0123456789_-ABCDE';

interface Asked {
  readonly path: string;
  readonly body: string;
}

/** A web shell that answers with these states. */
function serve(status: { session: number; rpc: number }): Asked[] {
  const requests: Asked[] = [];
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    requests.push({ path: pathname, body: await request.text() });
    const code = pathname === '/session' ? status.session : status.rpc;
    return new Response(code === 204 ? null : '{}', { status: code });
  });
  return requests;
}

beforeEach(() => {
  location.hash = '';
});

afterEach(() => {
  vi.unstubAllGlobals();
  location.hash = '';
});

test('the token is exchanged once and leaves the address at once', async () => {
  const requests = serve({ session: 204, rpc: 401 });
  location.hash = `#token=${TOKEN}`;
  const connecting = connect();
  expect(location.href).not.toContain(TOKEN);
  await connecting;
  expect(requests[0]).toEqual({ path: '/session', body: JSON.stringify({ token: TOKEN }) });
  expect(requests.filter(({ path }) => path === '/session')).toHaveLength(1);
});

test('a link that was used already is explained calmly', async () => {
  serve({ session: 403, rpc: 401 });
  location.hash = `#token=${TOKEN}`;
  await render(Root, { props: { connecting: connect() } });
  await expect.element(page.getByRole('heading', { name: 'This link was used already' })).toBeVisible();
});

test('a window without a session is told which link to open', async () => {
  const requests = serve({ session: 500, rpc: 401 });
  await render(Root, { props: { connecting: connect() } });
  await expect.element(page.getByRole('heading', { name: 'Nibble needs its link' })).toBeVisible();
  expect(requests.map(({ path }) => path)).toEqual(['/rpc/shell/info']);
});

test('a core that is away can be tried again', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  await render(Root, { props: { connecting: connect() } });
  await expect.element(page.getByRole('heading', { name: 'Nibble does not answer' })).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Try again' })).toBeVisible();
});
