import { chmodSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs';

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Makes the folder for its owner alone, whatever the umask is. One that is there loses the rights of others. */
export function preparePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: FOLDER_MODE });
  restrict(path, FOLDER_MODE);
}

/** Makes an empty file for its owner alone. One that is there keeps its content and loses the rights of others. */
export function preparePrivateFile(path: string): void {
  closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT, FILE_MODE));
  restrict(path, FILE_MODE);
}

function restrict(path: string, mode: number): void {
  // Windows keeps the user's folders private by access lists; modes mean little there.
  if (process.platform === 'win32') return;
  const current = statSync(path).mode & 0o777;
  if ((current & ~mode) !== 0) chmodSync(path, current & mode);
}
