import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The built app in Electron itself, where its binary is installed. */
export async function launchElectron(
  dataDir: string,
  environment: Record<string, string> = {},
): Promise<{ app: ElectronApplication; page: Page }> {
  const app = await _electron.launch({
    args: [join(root, 'out/main/electron.js'), '--data-dir', dataDir],
    env: { ...definedEnvironment(), ...environment, NIBBLE_NODE: process.execPath },
  });
  return { app, page: await app.firstWindow() };
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
