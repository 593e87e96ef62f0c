import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LiveEvent } from '../../../src-main/contract/live.contract.ts';
import type { Model } from '../../../src-main/contract/models.contract.ts';
import { createRouter } from '../../../src-main/router/index.ts';
import { App } from '../../../src-main/services/app.ts';
import { silentLogger } from '../../../src-main/services/logging/logger.ts';
import { transports, type NibbleClient } from '../transports.ts';

const resourcesDir = join(import.meta.dirname, '../../../resources');

/** Real core, real files, a message port in between. `home` and `env` are those of a made-up user. */
export class LibraryApp {
  readonly folder: string;
  readonly app: App;
  readonly client: NibbleClient;

  private constructor(folder: string, app: App, client: NibbleClient) {
    this.folder = folder;
    this.app = app;
    this.client = client;
  }

  static async open(options: { folder?: string; modelsDir?: string } = {}): Promise<LibraryApp> {
    const folder = options.folder ?? (await temporaryFolder());
    const app = new App({
      dataDir: join(folder, 'data'),
      modelsDir: options.modelsDir ?? null,
      resourcesDir,
      system: { platform: process.platform, env: {}, home: join(folder, 'home') },
      log: silentLogger,
    });
    const info = { kind: 'web', version: '0', engineVersion: '', dataDir: folder, modelsDir: null } as const;
    const transport = await transports[1].open(createRouter(app, { info }));
    onTestFinished(async () => {
      await transport.close();
      await app.dispose();
    });
    return new LibraryApp(folder, app, transport.client);
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** The list once the index is like the disk, without the built-in model. */
  async models(): Promise<Model[]> {
    await this.app.library.settled();
    return (await this.client.models.list()).filter(({ builtIn }) => !builtIn);
  }

  async names(): Promise<string[]> {
    return (await this.models()).map(({ name }) => name).sort();
  }
}

export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'nibble-library-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Waits for the next live event of a type that is wanted. Those before it are passed over. */
export async function nextEvent<Type extends LiveEvent['type']>(
  events: AsyncIterator<LiveEvent>,
  type: Type,
  isWanted: (event: Extract<LiveEvent, { type: Type }>) => boolean,
): Promise<void> {
  for (;;) {
    const { value, done } = await events.next();
    if (done === true) throw new Error('the events ended');
    if (value.type === type && isWanted(value as Extract<LiveEvent, { type: Type }>)) return;
  }
}
