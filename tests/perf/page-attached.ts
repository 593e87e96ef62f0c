/**
 * Tokens per second of an answer that a page shows while it is written, against the command line's: the window must
 * not slow the engine. `node tests/perf/page-attached.ts`
 */
import { chromium, type Page } from '@playwright/test';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { defaultChatSettings } from '../../src-main/contract/defaults.ts';
import { launchOptions } from '../e2e/launch-options.ts';
import { NibblePage } from '../e2e/nibble-page.ts';
import { slowModel } from '../e2e/slow-model.ts';
import { oneBillionShape, writeSyntheticGguf } from '../helpers/synthetic-gguf.ts';
import { cpuMs, enginePid, ownCpuMs } from './cpu-time.ts';
import { interleave, median, printFigures, spread } from './measure.ts';
import { openWebShell, type RunningWebShell } from './web-shell.ts';

const PAIRS = 7;
const POLL_MS = 200;
const PROMPT = 'Tell me a short story about a dog and a clock.';
/** At a high temperature the model goes on to the limit. */
const TEMPERATURE = 5;
const cli = join(import.meta.dirname, '../../out/main/cli.js');

interface Run {
  tokensPerSecond: number;
  /** CPU time a token of the engine, and of the browser with all its processes. */
  engineMs: number;
  browserMs: number;
}

async function inPage(shell: RunningWebShell, page: Page, browserPid: number): Promise<Run> {
  const ui = new NibblePage(page);
  await ui.newChat();
  const engine = enginePid(shell.pid) ?? 0;
  const before = { engine: ownCpuMs(engine), browser: cpuMs(browserPid) };
  await ui.send(PROMPT);
  await untilAnswered(shell);
  const after = { engine: ownCpuMs(engine), browser: cpuMs(browserPid) };
  const stats = (await newestMessage(shell))?.stats;
  if (!stats) throw new Error('the answer has no figures');
  return {
    tokensPerSecond: stats.decodeTokensPerSecond ?? 0,
    engineMs: (after.engine - before.engine) / stats.generatedTokens,
    browserMs: (after.browser - before.browser) / stats.generatedTokens,
  };
}

/** Asks the core: what looks at a page again and again, to see whether it is done, takes more of the processor than the page. */
async function untilAnswered(shell: RunningWebShell): Promise<void> {
  for (;;) {
    await wait(POLL_MS);
    const message = await newestMessage(shell);
    if (message?.role === 'assistant' && message.stats) return;
  }
}

async function newestMessage(shell: RunningWebShell) {
  const [newest] = await shell.client.chats.list();
  const { messages } = await shell.client.chats.get({ chatId: newest?.id ?? 0 });
  return messages.at(-1);
}

async function onCommandLine(model: string, limit: number, dataDir: string, seed: number): Promise<Run> {
  const args = ['chat', '--model', model, '--prompt', PROMPT, '--seed', String(seed), '--json'];
  const limits = ['--temperature', String(TEMPERATURE), '--max-tokens', String(limit), '--data-dir', dataDir];
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args, ...limits]);
  const { timings } = JSON.parse(stdout) as { timings: { decodeTokensPerSecond: number } };
  return { tokensPerSecond: timings.decodeTokensPerSecond, engineMs: 0, browserMs: 0 };
}

async function compare(title: string, path: string, limit: number): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nibble-perf-cli-'));
  // The settings that suit the model are found once, before there is a page, and both run with them.
  await onCommandLine(path, 1, dataDir, 0);
  await using shell = await openWebShell((fresh) => {
    cpSync(join(dataDir, 'cache'), join(fresh, 'cache'), { recursive: true });
  });
  const { id } = await shell.client.models.open({ path });
  await shell.client.settings.set({
    defaultModelId: id,
    chatDefaults: { ...defaultChatSettings, temperature: TEMPERATURE, maxTokens: limit },
  });
  const server = await chromium.launchServer(launchOptions);
  const browser = await chromium.connect(server.wsEndpoint());
  const page = await browser.newPage();
  await page.context().addCookies([{ ...shell.cookie, url: shell.origin }]);
  await page.goto(shell.origin);
  const browserPid = server.process().pid ?? 0;
  const runs = await interleave(
    PAIRS,
    () => inPage(shell, page, browserPid),
    (seed) => onCommandLine(path, limit, dataDir, seed),
  );
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
  const inAll = (figure: (run: (typeof runs)[number]) => number) => runs.map(figure);
  printFigures(title, [
    [
      'in the page',
      spread(
        inAll(({ a }) => a.tokensPerSecond),
        1,
        ' tokens/s',
      ),
    ],
    [
      'on the command line',
      spread(
        inAll(({ b }) => b.tokensPerSecond),
        1,
        ' tokens/s',
      ),
    ],
    [
      'ratio (aim ≥ 0.98)',
      spread(
        inAll(({ a, b }) => a.tokensPerSecond / b.tokensPerSecond),
        3,
      ),
    ],
    ['CPU time a token, engine', `${median(inAll(({ a }) => a.engineMs)).toFixed(3)} ms`],
    ['CPU time a token, browser', `${median(inAll(({ a }) => a.browserMs)).toFixed(3)} ms`],
  ]);
}

const folder = mkdtempSync(join(tmpdir(), 'nibble-perf-models-'));
try {
  // The built-in model's answers end after fifty tokens.
  await compare('Speed with the page attached: a model of 44 MB, 400 tokens', await slowModel(folder), 400);
  const billion = await writeSyntheticGguf(folder, { ...oneBillionShape, context: 8192 });
  await compare('Speed with the page attached: Llama 1B shape, Q4_0, 128 tokens', billion, 128);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
