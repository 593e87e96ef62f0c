/**
 * `node --import plain-node-child.ts src-main/shells/electron/main.ts`: runs the desktop app under plain Node, with its window in
 * headless Chromium. The parent process asks over IPC: `{ evaluate }` in the page, or `{ quit: true }`.
 */
import { registerHooks } from 'node:module';
import { launchChromium } from './chromium.ts';
import { double } from './double.ts';

const stand = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: stand, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
});

const browser = await launchChromium();
double.browser = browser;
double.onExit = (code) => {
  void Promise.all(double.closing)
    .then(() => browser.close())
    .then(() => process.exit(code));
};

type Order = { evaluate: string } | { quit: true };
process.on('message', (order: Order) => void obey(order));

async function obey(order: Order): Promise<void> {
  if ('quit' in order) return (await import('./app.ts')).app.quit();
  try {
    const host = await double.windows[0]?.webContents.page;
    process.send?.({ result: (await host?.page.evaluate(order.evaluate)) ?? null });
  } catch (error) {
    // Between two documents there is nothing to ask; the parent asks again.
    process.send?.({ error: String(error) });
  }
}
