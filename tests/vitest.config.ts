import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '..');

/** The window's own short names. */
const windowAlias = { $contract: join(root, 'src-main/contract'), $lib: join(root, 'src-renderer/lib') };

/** Limits are for what hangs: a test takes seconds, and several times that where other programs keep the cores busy. */
function suite(name: string, timeoutMs: number, hasProperties = false) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`tests/${name}/**/*.test.ts`],
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      ...(hasProperties && { setupFiles: [join(root, 'tests/helpers/same-cases.ts')] }),
    },
  };
}

/** The browser that the test command found; without it Playwright's own, where that is installed. */
function chromiumPath(): string | undefined {
  const given = process.env['NIBBLE_CHROMIUM'];
  if (given) return given;
  return ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
}

function launchOptions() {
  const executablePath = chromiumPath();
  // Chromium refuses its sandbox to root, which is who runs tests in containers.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return { args, ...(executablePath && { executablePath }) };
}

/** Pure logic shares nothing that a test could leave behind, so that its files share their modules. */
const unit = {
  extends: true as const,
  resolve: { alias: windowAlias },
  test: { ...suite('unit', 60_000, true).test, isolate: false },
};

/** Components in a real browser. The core behind them is a client object: it is the boundary. */
const component = {
  extends: true as const,
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  resolve: { alias: windowAlias },
  // Found while tests run, a dependency would make the page load again in the middle of one.
  optimizeDeps: {
    include: ['bits-ui', '@orpc/client', '@orpc/client/fetch', '@orpc/client/message-port', 'zod'],
    exclude: ['@lucide/svelte'],
  },
  test: {
    ...suite('component', 30_000).test,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: launchOptions() }),
      instances: [{ browser: 'chromium' as const }],
      viewport: { width: 1280, height: 800 },
    },
  },
};

/** The desktop app against the stand-in for Electron, whose binary is not everywhere. */
const electron = {
  ...suite('electron', 120_000, true),
  resolve: { alias: { electron: join(root, 'tests/helpers/electron-double/electron.ts') } },
};

export default defineConfig({
  root,
  test: {
    // Many tests wait for processes and deadlines rather than compute; on two cores vitest itself would take one worker.
    maxWorkers: availableParallelism() + 1,
    projects: [
      suite('checks', 60_000),
      unit,
      suite('store', 90_000, true),
      suite('contract', 120_000),
      suite('engine', 180_000),
      component,
      electron,
    ],
  },
});
