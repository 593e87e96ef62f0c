/**
 * The web shell from process start to a page that can be typed into, and what it costs while nothing happens.
 * `node tests/perf/start-and-idle.ts` (Linux: it reads /proc)
 */
import { chromium, type Browser } from '@playwright/test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentBytes } from '../e2e/child-processes.ts';
import { launchOptions } from '../e2e/launch-options.ts';
import { printFigures, spread } from './measure.ts';
import { startWebShell } from './web-shell.ts';

const STARTS = 7;
const SETTLE_MS = 5_000;
const IDLE_MS = 20_000;
const MB = 1_000_000;

async function measureStart(browser: Browser): Promise<{ linkMs: number; readyMs: number; paintMs: number }> {
  const page = await browser.newPage();
  const startedAt = performance.now();
  await using shell = await startWebShell();
  const linkMs = performance.now() - startedAt;
  await page.goto(shell.link);
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  const readyMs = performance.now() - startedAt;
  const paintMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  );
  await page.close();
  return { linkMs, readyMs, paintMs };
}

/** How often the process woke up by itself: voluntary context switches of its main thread. */
function wakeUps(pid: number): number {
  return Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

async function measureIdle(pid: number): Promise<{ residentMb: number; wakeUpsPerSecond: number }> {
  await sleep(SETTLE_MS);
  const before = wakeUps(pid);
  await sleep(IDLE_MS);
  return {
    residentMb: residentBytes(pid) / MB,
    wakeUpsPerSecond: ((wakeUps(pid) - before) * 1000) / IDLE_MS,
  };
}

async function measureBareNode(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1e9)'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const { residentMb } = await measureIdle(child.pid ?? 0);
  child.kill();
  return residentMb;
}

const browser = await chromium.launch(launchOptions);
await measureStart(browser); // the first start fills the disk cache
const starts = [];
for (let n = 0; n < STARTS; n++) starts.push(await measureStart(browser));
await browser.close();
printFigures('Start of the web shell', [
  [
    'process start to link',
    spread(
      starts.map(({ linkMs }) => linkMs),
      0,
      ' ms',
    ),
  ],
  [
    'process start to page ready (aim ≤ 1000)',
    spread(
      starts.map(({ readyMs }) => readyMs),
      0,
      ' ms',
    ),
  ],
  [
    'first contentful paint, from navigation',
    spread(
      starts.map(({ paintMs }) => paintMs),
      0,
      ' ms',
    ),
  ],
]);

const bareMb = await measureBareNode();
await using idle = await startWebShell();
const { residentMb, wakeUpsPerSecond } = await measureIdle(idle.shell.pid);
printFigures('Idle, no window open', [
  ['resident memory of main', `${residentMb.toFixed(0)} MB`],
  ['bare Node', `${bareMb.toFixed(0)} MB`],
  ['difference (aim ≤ 60 MB)', `${(residentMb - bareMb).toFixed(0)} MB`],
  ['times main woke up by itself', `${wakeUpsPerSecond.toFixed(2)} a second`],
]);
