import { statfsSync } from 'node:fs';
import { problemError, ProblemError } from '../../../contract/problem.ts';
import { backupsDir } from './database-files.ts';

/** Below this a failed write is blamed on the disk's being full, whatever name SQLite gives the failure. */
const FULL_BELOW_BYTES = 256 * 1024;

const fullCodes: ReadonlySet<string> = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT']);
/** SQLite reports a full disk under these names where it happens outside a plain write. */
const writeCodes = /^SQLITE_IOERR_(WRITE|FSYNC|DIR_FSYNC|TRUNCATE|SHMSIZE|SHMOPEN)$|^SQLITE_CANTOPEN|^EIO$/;
const notWritableCodes = /^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|^(EACCES|EPERM|EROFS|ENOTDIR|EEXIST|EISDIR)$/;
const corruptCodes = /^SQLITE_(CORRUPT|NOTADB)/;

/** What the person is told about a failure of SQLite or of the file system below it. */
export function toStoreProblem(error: unknown, dataDir: string): ProblemError {
  if (error instanceof ProblemError) return error;
  const code = codeOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  const cause = error;
  if (fullCodes.has(code) || (writeCodes.test(code) && isFull(dataDir))) {
    return problemError('store.diskFull', { path: dataDir }, cause);
  }
  if (notWritableCodes.test(code)) {
    return problemError('store.notWritable', { path: dataDir, reason: sentence(reason) }, cause);
  }
  if (corruptCodes.test(code)) {
    return problemError('store.corrupt', { reason, backups: backupsDir(dataDir) }, cause);
  }
  return problemError('store.failed', { reason, path: dataDir }, cause);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isFull(dataDir: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dataDir);
    return bavail * bsize < FULL_BELOW_BYTES;
  } catch {
    // Not even the folder can be looked at: then something else than space is the matter.
    return false;
  }
}

/** Capital letter in front; the catalogue's sentence ends with its own full stop. */
function sentence(reason: string): string {
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}
