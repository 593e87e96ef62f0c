import { defineConfig } from '@playwright/test';
import { join } from 'node:path';
import type { ShellOption } from './e2e/fixture.ts';
import { launchOptions } from './e2e/launch-options.ts';

const root = join(import.meta.dirname, '..');

export default defineConfig<ShellOption>({
  testDir: join(import.meta.dirname, 'e2e'),
  globalSetup: join(import.meta.dirname, 'e2e/measure-machine.ts'),
  outputDir: join(root, 'test-results', 'e2e'),
  // Each test has its own server and engine, and waits for pages and processes half of its time.
  workers: 2,
  fullyParallel: true,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  forbidOnly: Boolean(process.env['CI']),
  reporter: [['list'], [join(root, 'build', 'test', 'playwright-reporter.mjs')]],
  use: {
    launchOptions,
    viewport: { width: 1280, height: 800 },
    // A trace of every test costs a quarter of the time.
    trace: process.env['NIBBLE_TRACE'] ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'e2e', use: { shell: 'web' } },
    { name: 'e2e-electron', use: { shell: 'electron' } },
  ],
});
