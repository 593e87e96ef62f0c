import { expect, test } from 'vitest';
import { hrefOf, parseRoute, type Route } from '../../../../src-renderer/lib/state/router.svelte.ts';

const addresses: readonly [hash: string, route: Route][] = [
  ['#/', { page: 'chat', chatId: null }],
  ['#/chats/12', { page: 'chat', chatId: 12 }],
  ['#/models', { page: 'models', view: 'library' }],
  ['#/models/7', { page: 'models', view: 'details', modelId: 7 }],
  ['#/models/downloads', { page: 'models', view: 'downloads' }],
  ['#/models/discover', { page: 'models', view: 'discover', repository: null }],
  ['#/models/discover/owner/name-GGUF', { page: 'models', view: 'discover', repository: 'owner/name-GGUF' }],
  ['#/fits', { page: 'fits', source: null }],
  ['#/fits?source=%2Fa%20b.gguf', { page: 'fits', source: '/a b.gguf' }],
  ['#/computer', { page: 'computer' }],
  ['#/settings', { page: 'settings' }],
];

test.each(addresses)('%s is an address of its own', (hash, route) => {
  expect(parseRoute(hash)).toEqual(route);
  expect(hrefOf(route)).toBe(hash);
});

test.each([
  '',
  '#/nowhere',
  '#/models/',
  '#/models/0',
  '#/models/x',
  '#/models/discover/owner',
  '#/chats/-1',
])('%j leads to a new chat', (hash) => expect(parseRoute(hash)).toEqual({ page: 'chat', chatId: null }));

test('half an escape in a typed address names nothing', () => {
  expect(parseRoute('#/fits?source=%E0%')).toEqual({ page: 'fits', source: null });
  expect(parseRoute('#/models/discover/a/%E0%')).toEqual({
    page: 'models',
    view: 'discover',
    repository: null,
  });
});
