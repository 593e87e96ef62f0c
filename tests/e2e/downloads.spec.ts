import AxeBuilder from '@axe-core/playwright';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HubServer } from '../helpers/hub/hub-server.ts';
import { servedBytes } from '../helpers/hub/served-file.ts';
import { builtInModelPath } from '../helpers/synthetic-gguf.ts';
import { expect, test as base } from './fixture.ts';
import { NibblePage } from './nibble-page.ts';
import { question } from './questions.ts';

const MIB = 1024 * 1024;
/** Slow enough for a person, and for a test, to do something in the middle. */
const UNHURRIED_BYTES_PER_SECOND = MIB / 2;

const repository = 'nibble/Small-Talk-GGUF';
const file = servedBytes('Small-Talk-F16.gguf', readFileSync(builtInModelPath));

/** Nibble with a Hub on this computer instead of the one of Hugging Face. */
const test = base.extend<{ hub: HubServer }>({
  // Playwright wants a pattern here, also where nothing is needed.
  // eslint-disable-next-line no-empty-pattern -- as above
  hub: async ({}, use) => {
    await using hub = await HubServer.start({ id: repository, files: [file] });
    await use(hub);
  },
  environment: async ({ hub }, use) => use({ HF_ENDPOINT: hub.endpoint.href }),
});

/** The downloads as a person sees them. */
class DownloadsPage extends NibblePage {
  readonly row = this.page.getByRole('article', { name: 'Small-Talk' });
  readonly sidebar = this.page.getByRole('region', { name: 'Downloads', exact: true });
  readonly progress = this.sidebar.getByRole('progressbar', { name: 'Small-Talk F16' });

  async open(): Promise<void> {
    await this.goTo('Models');
    await this.page
      .getByRole('navigation', { name: 'Models' })
      .getByRole('link', { name: 'Downloads' })
      .click();
  }

  async start(source: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Download a model' }).fill(source);
    await this.page.keyboard.press('Enter');
    await expect(this.row).toBeVisible();
  }

  /** Waits until `percent` of it have come. */
  async reach(percent: number): Promise<void> {
    await expect
      .poll(async () => Number(await this.progress.getAttribute('aria-valuenow')), { intervals: [100] })
      .toBeGreaterThan(percent);
  }
}

test('a model is downloaded: seen from every page, paused over a new load of the page, and chatted with', async ({
  hub,
  nibble,
}) => {
  hub.connectionBytesPerSecond = UNHURRIED_BYTES_PER_SECOND;
  const ui = new DownloadsPage(nibble.page);
  await ui.open();
  await ui.start(`hf:${repository}:F16`);
  await ui.goTo('Settings');
  await ui.reach(5);
  await expect(ui.sidebar).toContainText('iB/s');

  await ui.sidebar.getByRole('link', { name: 'Downloads' }).click();
  await ui.button('Pause Small-Talk').click();
  await expect(ui.row).toContainText('Paused');
  const sentBytes = hub.sentBytes;
  await nibble.page.reload();
  await expect(ui.row).toContainText('Paused');
  await expect(ui.row).toContainText('of 14.1 MiB');
  await expect(ui.sidebar).toHaveCount(0);
  const { violations } = await new AxeBuilder({ page: nibble.page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  expect(hub.sentBytes).toBe(sentBytes);

  await ui.button('Go on with Small-Talk').click();
  await ui.goTo('This computer');
  hub.connectionBytesPerSecond = null;
  const notice = nibble.page.getByRole('group', { name: `“${file.path}” is downloaded` });
  await expect(notice).toBeVisible();
  await expect(ui.sidebar).toHaveCount(0);
  await notice.getByRole('button', { name: 'Chat with it' }).click();
  await ui.makeAnswersExact();
  const { text, answer } = question('identity');
  await expect(await ui.ask(text)).toContainText(answer);

  await ui.goTo('Settings');
  const log = nibble.page.getByRole('region', { name: 'What has left this computer' });
  await expect(log).toContainText(`${hub.requests.length} requests since Nibble started`);
  await expect(log.getByRole('row').last()).toContainText(`/api/models/${repository}`);

  await ui.open();
  await nibble.page.getByRole('link', { name: 'Show Small-Talk in the library' }).click();
  await expect(nibble.page.getByRole('main')).toContainText(
    join('models', 'nibble', 'Small-Talk-GGUF', file.path),
  );
});

test('a Nibble that is killed goes on with its downloads at the next start', async ({ hub, nibble }) => {
  hub.connectionBytesPerSecond = UNHURRIED_BYTES_PER_SECOND;
  let ui = new DownloadsPage(nibble.page);
  await ui.open();
  await ui.start(new URL(`${repository}/resolve/main/${file.path}`, hub.endpoint).href);
  await ui.reach(30);
  await nibble.killAndRestart();

  ui = new DownloadsPage(nibble.page);
  await ui.reach(20);
  hub.connectionBytesPerSecond = null;
  await ui.open();
  await expect(ui.row.getByRole('button', { name: 'Chat with it' })).toBeEnabled();
  const folder = await ui.row.getByRole('code').textContent();
  const bytes = readFileSync(join(folder ?? '', file.path));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
});
