import { expect, test } from 'vitest';
import { hubEndpoint } from '../../../../src-main/services/hub/endpoint.ts';
import {
  folderError,
  mirrorError,
  proxyError,
} from '../../../../src-renderer/lib/features/settings/check-address.ts';

const addresses = [
  'https://hf-mirror.example.org',
  'https://example.org/mirrors/hf',
  'https://example.org:8443/',
  'http://127.0.0.1:8080',
  'http://localhost:1',
  'http://[::1]:1',
  'http://example.org',
  'http://127.0.0.1.example.org',
  'http://10.0.0.1',
  'ftp://example.org',
  'file:///etc',
  'example.org',
  'https://',
  'https://ada@example.org',
  'https://ada:secret@example.org',
  'https://example.org?x=1',
  'https://example.org/#x',
  'javascript:alert(1)',
];

function coreAccepts(address: string): boolean {
  try {
    return hubEndpoint(address).href !== '';
  } catch {
    return false;
  }
}

test.each(addresses)('the field and the core agree on %s as a mirror', (address) => {
  expect(mirrorError(address) === null).toBe(coreAccepts(address));
});

test('a proxy is a host and a port', () => {
  const judged = [
    'http://proxy:3128',
    'https://proxy',
    'http://ada:secret@proxy:3128',
    'proxy:3128',
    'socks5://proxy:1080',
    'http://proxy:3128/path',
    'http://proxy:3128?x',
    'x',
  ].map((text) => [text, proxyError(text)]);
  expect(Object.fromEntries(judged)).toEqual({
    'http://proxy:3128': null,
    'https://proxy': null,
    'http://ada:secret@proxy:3128': null,
    'proxy:3128': 'Begin with http:// or https://.',
    'socks5://proxy:1080': 'Begin with http:// or https://.',
    'http://proxy:3128/path': 'Leave out what follows the port.',
    'http://proxy:3128?x': 'Leave out what follows the port.',
    x: 'Write it as http://host:port.',
  });
});

test('a folder is named from the root of its disk', () => {
  const whole = ['/home/ada/models', 'C:\\Models', 'd:/models', '\\\\server\\models'];
  const partial = ['models', './models', '~/models', 'C:models', 'C'];
  expect(whole.map(folderError)).toEqual(whole.map(() => null));
  expect(partial.map((path) => folderError(path) !== null)).toEqual(partial.map(() => true));
});
