import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { cacheFile, inRoot, nodeBinary, packageScript } from '../lib/paths.mjs';
import { say } from '../lib/prepare.mjs';
import { run } from '../lib/run.mjs';

const DOWNLOAD_LIMIT_MS = 180_000;
const PACKAGE_LIMIT_MS = 600_000;
const RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * A Chromium for the tests, as a path: the one of NIBBLE_CHROMIUM, Playwright's own (downloaded where that works), the
 * system's, or on Debian the one that apt installs. Null if there is none to be had.
 */
export async function findBrowser() {
  const given = process.env.NIBBLE_CHROMIUM;
  if (given && existsSync(given)) return given;
  return ownBrowser() ?? (await downloadedBrowser()) ?? systemBrowser() ?? (await packagedBrowser());
}

function ownBrowser() {
  const { chromium } = createRequire(inRoot('package.json'))('playwright-core');
  const path = chromium.executablePath();
  return existsSync(path) ? path : null;
}

async function downloadedBrowser() {
  const installer = [packageScript('playwright'), 'install', '--no-shell', 'chromium'];
  const done = await onceADay('browser-download-failed', "Downloading Playwright's Chromium…", () =>
    run(nodeBinary(), installer, { timeoutMs: DOWNLOAD_LIMIT_MS }),
  );
  return done ? ownBrowser() : null;
}

const systemNames = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'msedge',
];
const systemPlaces = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:/Program Files/Google/Chrome/Application/chrome.exe',
    'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
  ],
};

function systemBrowser() {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = systemNames.flatMap((name) => folders.map((folder) => join(folder, name + suffix)));
  return [...onPath, ...(systemPlaces[process.platform] ?? [])].find((path) => existsSync(path)) ?? null;
}

async function packagedBrowser() {
  if (!canUseApt()) return null;
  await aptInstall('chromium', 'chromium', 'fonts-liberation');
  return systemBrowser();
}

/** Mesa's Vulkan driver for the CPU gives the engine a GPU to use where there is none. Only a few tests need it. */
export async function installSoftwareGpu() {
  if (canUseApt() && !existsSync('/usr/share/vulkan/icd.d'))
    await aptInstall('vulkan', 'mesa-vulkan-drivers');
}

const canUseApt = () => existsSync('/etc/debian_version') && process.getuid?.() === 0;

function aptInstall(what, ...packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return onceADay(
    `${what}-package-failed`,
    `Installing ${packages.join(' and ')} for the tests…`,
    async () => {
      await run('apt-get', ['update', '-q'], { env, timeoutMs: PACKAGE_LIMIT_MS });
      return run('apt-get', ['install', '-qy', '--no-install-recommends', ...packages], {
        env,
        timeoutMs: PACKAGE_LIMIT_MS,
      });
    },
  );
}

/** Whether `attempt` went well. A failure is remembered for a day: runs without a network stay quick. */
async function onceADay(note, line, attempt) {
  const failed = cacheFile(note);
  if (existsSync(failed) && Date.now() - statSync(failed).mtimeMs < RETRY_AFTER_MS) return false;
  say(line);
  const { code, output } = await attempt();
  if (code !== 0) writeFileSync(failed, output);
  return code === 0;
}
