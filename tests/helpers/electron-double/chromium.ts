import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright';
import { launchOptions } from '../../e2e/launch-options.ts';

const installed = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** The browser that the test command found, else the system's, else Playwright's own. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ ...(installed && { executablePath: installed }), ...launchOptions });
}
