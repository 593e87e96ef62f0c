/** The desktop app's entry. What has to be set before Electron is ready is set here; the rest is DesktopApp's. */
import { app } from 'electron';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeProblem } from '../../contract/problem.ts';
import { resolveDataDir } from '../../services/app-paths.ts';
import { declareAppScheme } from './app-protocol.ts';
import { parseElectronFlags } from './command-line.ts';
import { DesktopApp } from './desktop-app.ts';
import { showFatalProblem } from './dialogs.ts';
import { guardAllContents } from './guard-contents.ts';
import { cutOffChromium } from './network.ts';

function main(): void {
  const flags = parseElectronFlags(process.argv.slice(app.isPackaged ? 1 : 2));
  app.enableSandbox();
  cutOffChromium(app);
  declareAppScheme();
  guardAllContents(app);
  if (!keepChromiumIn(resolveDataDir(flags.dataDir))) return app.exit(1);
  if (!app.requestSingleInstanceLock()) return app.quit();
  // Not awaited at the top: Electron becomes ready only after this module has run.
  void app.whenReady().then(() => new DesktopApp(flags).start());
}

/** Its files, and with them Electron's lock of one instance, belong to the data folder. Electron wants it to be there. */
function keepChromiumIn(dataDir: string): boolean {
  const folder = join(dataDir, 'window');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    app.setPath('userData', folder);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    showFatalProblem(describeProblem('store.notWritable', { path: dataDir, reason }));
    return false;
  }
}

main();
