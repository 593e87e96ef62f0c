import type { App } from '../services/app.ts';
import { createImplementer } from './base.ts';
import { accuracyRouter } from './accuracy.ts';
import { chatsRouter } from './chats.ts';
import { discoverRouter } from './discover.ts';
import { downloadsRouter } from './downloads.ts';
import { engineRouter } from './engine.ts';
import { hardwareRouter } from './hardware.ts';
import { liveRouter } from './live.ts';
import { modelsRouter } from './models.ts';
import { planRouter } from './plan.ts';
import { settingsRouter } from './settings.ts';
import { shellRouter, type ShellCapabilities } from './shell.ts';

/** The contract, served by the services; both shells hand it to their transport. */
export function createRouter(app: App, shell: ShellCapabilities) {
  const implementer = createImplementer(app.options.log);
  return implementer.router({
    accuracy: accuracyRouter(implementer, app),
    chats: chatsRouter(implementer, app),
    discover: discoverRouter(implementer, app),
    downloads: downloadsRouter(implementer, app),
    engine: engineRouter(implementer, app),
    hardware: hardwareRouter(implementer, app),
    live: liveRouter(implementer, app),
    models: modelsRouter(implementer, app, shell),
    plan: planRouter(implementer, app),
    settings: settingsRouter(implementer, app),
    shell: shellRouter(implementer, shell),
  });
}
