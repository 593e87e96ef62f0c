import { dialog, type BrowserWindow } from 'electron';
import type { Problem } from '../../contract/problem.ts';

/** The path of the chosen file; null when the dialog was cancelled. */
export async function pickModelFile(window: BrowserWindow): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Open Model',
    buttonLabel: 'Open',
    filters: [
      { name: 'GGUF models', extensions: ['gguf'] },
      { name: 'All files', extensions: ['*'] },
    ],
    properties: ['openFile'],
  });
  return canceled ? null : (filePaths[0] ?? null);
}

/** The path of the chosen folder; null when the dialog was cancelled. */
export async function pickFolder(window: BrowserWindow): Promise<string | null> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Add a Folder of Models',
    buttonLabel: 'Add',
    properties: ['openDirectory'],
  });
  return canceled ? null : (filePaths[0] ?? null);
}

export async function showProblem(window: BrowserWindow, { what, why, todo }: Problem): Promise<void> {
  await dialog.showMessageBox(window, { type: 'warning', message: what, detail: `${why}\n\n${todo}` });
}

/** For a start that failed: works before the app is ready and waits until it was read. */
export function showFatalProblem({ what, why, todo }: Problem): void {
  dialog.showErrorBox(what, `${why}\n\n${todo}`);
}
