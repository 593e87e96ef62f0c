import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { describeProblem } from '../../../src-main/contract/problem.ts';
import { FakeCore } from '../../helpers/fake-client.ts';
import * as fetched from '../../helpers/fake-downloads.ts';
import * as sample from '../../helpers/fake-samples.ts';
import { renderApp } from '../render-app.ts';

const MIB = 1024 ** 2;
const notices = page.getByRole('region', { name: 'Notices' });
const token = page.getByLabelText('Token of your account');
const log = page.getByRole('region', { name: 'What has left this computer' });

function field(name: string) {
  return page.getByRole('textbox', { name });
}

function button(name: string | RegExp) {
  return page.getByRole('button', { name });
}

async function enter(name: string, text: string): Promise<void> {
  await field(name).fill(text);
  await userEvent.keyboard('{Enter}');
}

async function renderSettings(core = new FakeCore()): Promise<FakeCore> {
  await renderApp(core, '#/settings');
  await expect.element(token).toBeVisible();
  return core;
}

test('downloads go where, as fast, and as many at once as a person wants', async () => {
  const core = await renderSettings();
  await expect.element(field('Folder of new models')).toHaveAttribute('placeholder', '/home/ada/models');
  expect(button('Choose a folder…').elements()).toEqual([]);
  await enter('Folder of new models', '/media/usb/models');
  await enter('Speed limit', '2.5');
  await enter('Downloads at once', '3');
  await enter('Connections for each file', '16');
  await expect
    .poll(() => core.settings.downloads)
    .toEqual({
      ...sample.settings.downloads,
      folder: '/media/usb/models',
      maxBytesPerSecond: 2.5 * MIB,
      simultaneous: 3,
      connections: 16,
    });
  await enter('Folder of new models', '');
  await enter('Speed limit', '');
  await expect.poll(() => core.settings.downloads.maxBytesPerSecond).toBeNull();
  expect(core.settings.downloads.folder).toBeNull();
});

test('a folder can be chosen where there is a dialog for it', async () => {
  const core = new FakeCore();
  core.info = { ...core.info, canPickFile: true };
  await renderSettings(core);
  await button('Choose a folder…').click();
  await expect.element(field('Folder of new models')).toHaveValue('/models');
});

test('what cannot be an address is refused when the field is left, not while it is typed', async () => {
  const core = await renderSettings();
  const mirror = field('Mirror of the Hub');
  await mirror.fill('http://mirror.example.org');
  await expect.element(mirror).toHaveAttribute('aria-invalid', 'false');
  await userEvent.keyboard('{Tab}');
  await expect.element(mirror).toHaveAccessibleDescription(/^Begin with https:/);
  expect(core.settings.downloads.endpoint).toBeNull();
  await enter('Mirror of the Hub', 'https://mirror.example.org');
  await expect.poll(() => core.settings.downloads.endpoint).toBe('https://mirror.example.org');
  await enter('Proxy', 'proxy:3128');
  await expect.element(field('Proxy')).toHaveAccessibleDescription(/^Begin with http:/);
  await enter('Proxy', 'http://proxy:3128');
  await expect.poll(() => core.settings.downloads.proxy).toBe('http://proxy:3128');
});

test('what the environment says is told where nothing is set', async () => {
  const core = new FakeCore();
  core.network = {
    endpoint: 'https://mirror.example.org',
    endpointFrom: 'environment',
    proxy: 'http://proxy:3128',
    proxyFrom: 'environment',
    token: { keptIn: 'environment', wouldBeKeptIn: 'file' },
  };
  await renderSettings(core);
  await expect
    .element(field('Mirror of the Hub'))
    .toHaveAttribute('placeholder', 'https://mirror.example.org, from HF_ENDPOINT');
  await expect
    .element(field('Proxy'))
    .toHaveAttribute('placeholder', 'http://proxy:3128, from the environment');
  await expect
    .element(token)
    .toHaveAccessibleDescription(/^There is one, kept in HF_TOKEN of the environment/);
  expect(button('Forget').elements()).toEqual([]);
});

test('a token is set, replaced and forgotten, and never shown', async () => {
  const core = await renderSettings();
  await expect.element(token).toHaveAccessibleDescription(/^For repositories.*in a file of the data folder/);
  await expect.element(token).toHaveAttribute('type', 'password');
  await token.fill(' hf_secret ');
  await button('Keep').click();
  await expect.element(token).toHaveValue('');
  await expect.element(token).toHaveAccessibleDescription(/^There is one, kept in a file/);
  expect(document.body.textContent).not.toContain('hf_secret');
  expect(core.network.token.keptIn).toBe('file');
  await expect.element(button('Replace')).toBeDisabled();
  await button('Forget').click();
  await expect.element(token).toHaveFocus();
  await expect.element(token).toHaveAccessibleDescription(/^For repositories/);
});

test('a token that is refused stays in the field, with the reason', async () => {
  const core = await renderSettings();
  const problem = describeProblem('request.invalid', { field: 'token', reason: 'it has spaces' });
  core.failNext('downloads.setToken', problem);
  await token.fill('hf secret');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('group', { name: 'Problem' })).toBeVisible();
  await expect.element(token).toHaveValue('hf secret');
});

test('every request is listed, the latest first', async () => {
  const core = new FakeCore();
  core.requests = fetched.requests(30);
  await renderSettings(core);
  await expect.element(log.getByText('30 requests since Nibble started, the latest first.')).toBeVisible();
  const rows = () =>
    [...log.element().querySelectorAll('tbody tr')].map((row) =>
      [...row.children].map(({ textContent }) => textContent.trim()),
    );
  expect(rows()).toHaveLength(20);
  expect(rows()[0]).toEqual([
    '14:05:49',
    'cas-bridge.xethub.hf.co/xet-bridge-us/66f5f5a0/b2eb6b8a2c5b5f0d4d4a3d4f6f2d9b1e',
    '206',
    '16.0 MiB',
    '3.1 s',
  ]);
  await button('Show all 30').click();
  expect(rows()).toHaveLength(30);
  core.requests = fetched.requests(31);
  await button('Look again').click();
  await expect.element(log.getByText(/^31 requests/)).toBeVisible();
});

test('nothing has left this computer before a person asks for something', async () => {
  await renderSettings();
  await expect.element(log.getByText('No request has been made since Nibble started.')).toBeVisible();
  expect(log.getByRole('table').elements()).toEqual([]);
});

test('what is not known is said and takes nothing else away', async () => {
  const core = new FakeCore();
  core.failNext('downloads.network', sample.problems.diskFull);
  core.failNext('downloads.requests', sample.problems.diskFull);
  await renderApp(core, '#/settings');
  await expect.element(field('Folder of new models')).toBeVisible();
  await expect.element(notices.getByText(sample.problems.diskFull.what).first()).toBeVisible();
  expect(token.elements()).toEqual([]);
});

test('long addresses stay in a narrow window', async () => {
  await page.viewport(400, 800);
  try {
    const core = new FakeCore();
    core.requests = fetched.requests(3);
    await renderSettings(core);
    const column = document.querySelector('.page');
    expect(column?.scrollWidth).toBe(column?.clientWidth);
  } finally {
    await page.viewport(1280, 800);
  }
});
