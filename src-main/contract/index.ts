import { accuracyContract } from './accuracy.contract.ts';
import { chatsContract } from './chats.contract.ts';
import { discoverContract } from './discover.contract.ts';
import { downloadsContract } from './downloads.contract.ts';
import { engineContract } from './engine.contract.ts';
import { hardwareContract } from './hardware.contract.ts';
import { liveContract } from './live.contract.ts';
import { modelsContract } from './models.contract.ts';
import { planContract } from './plan.contract.ts';
import { settingsContract } from './settings.contract.ts';
import { shellContract } from './shell.contract.ts';

/** Everything a window can ask of the core, served alike over a MessagePort and over HTTP. */
export const contract = {
  accuracy: accuracyContract,
  chats: chatsContract,
  discover: discoverContract,
  downloads: downloadsContract,
  engine: engineContract,
  hardware: hardwareContract,
  live: liveContract,
  models: modelsContract,
  plan: planContract,
  settings: settingsContract,
  shell: shellContract,
};
