import { expect, it } from 'vitest';
import { canOpenBrowser, opener } from '../../../../src-main/shells/web/open-browser.ts';

it.each([
  ['linux', { DISPLAY: ':0' }, true],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['linux', {}, false],
  ['linux', { DISPLAY: '' }, false],
  ['linux', { DISPLAY: ':10', SSH_CONNECTION: 'a b' }, false],
  ['darwin', {}, true],
  ['darwin', { SSH_CONNECTION: 'a b' }, false],
  ['win32', {}, true],
  ['win32', { CI: 'true' }, false],
] as const)('on %s with %j: %s', (platform, env, expected) => {
  expect(canOpenBrowser(platform, env)).toBe(expected);
});

it.each(['linux', 'darwin', 'win32'] as const)('hands the link over as one argument on %s', (platform) => {
  const url = 'http://127.0.0.1:1/#token=a&b';
  expect(opener(platform, url)[1].at(-1)).toContain(url);
});
