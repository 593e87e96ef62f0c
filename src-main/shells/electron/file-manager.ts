import { shell } from 'electron';

/** Opens the system's file manager with the file selected. */
export function revealFile(path: string): void {
  shell.showItemInFolder(path);
}

/** The system's trash, on systems whose trash other programs cannot use themselves. */
export function trashItem(path: string): Promise<void> {
  return shell.trashItem(path);
}
