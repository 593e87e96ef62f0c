import type { LaunchOptions } from '@playwright/test';

const executablePath = process.env['NIBBLE_CHROMIUM'];

/** Chromium with nothing to call home for, and no name to be resolved but this computer's address. */
export const launchOptions: LaunchOptions = {
  ...(executablePath && { executablePath }),
  // Its sandbox does not work for root, and tests in containers run as root.
  chromiumSandbox: process.getuid?.() !== 0,
  args: [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-gpu',
    '--disable-quic',
    '--disable-sync',
    '--no-first-run',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  ],
};
