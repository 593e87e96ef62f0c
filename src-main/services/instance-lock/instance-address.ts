/**
 * Where the running instance can be spoken to. It lies beside the lock in the private data folder, so only the same
 * user can have written or read it: another user can neither pretend to be Nibble nor speak to it.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** The shortest limit for a socket's path among the platforms: macOS has 104 bytes with the final NUL. */
const MAX_SOCKET_PATH_BYTES = 103;
const SECRET_BYTES = 32;
const NAME_BYTES = 8;

const addressSchema = z.object({ pid: z.number().int().positive(), socket: z.string(), secret: z.string() });
export type InstanceAddress = z.infer<typeof addressSchema>;

export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('hex');
}

/** Paths to listen at, best first: a data folder may be too deep for a socket, or on a disk that knows none. */
export function socketCandidates(dataDir: string): string[] {
  const name = randomBytes(NAME_BYTES).toString('hex');
  if (process.platform === 'win32') return [`\\\\.\\pipe\\nibble-${name}`];
  return [join(dataDir, 'instance.sock'), join(tmpdir(), `nibble-${name}.sock`)].filter(
    (path) => Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES,
  );
}

/** Null when no instance has written one, or what is there cannot be read. */
export function readAddress(dataDir: string): InstanceAddress | null {
  try {
    return addressSchema.parse(JSON.parse(readFileSync(addressPath(dataDir), 'utf8')));
  } catch {
    // Missing, or from a version that writes it differently: then the instance just cannot be asked.
    return null;
  }
}

export function writeAddress(dataDir: string, address: InstanceAddress): void {
  const path = addressPath(dataDir);
  const part = `${path}.part`;
  rmSync(part, { force: true });
  writeFileSync(part, JSON.stringify(address), { mode: 0o600, flag: 'wx' });
  renameSync(part, path);
}

/** Also removes the socket that a killed instance left. Only for who holds the lock. */
export function removeAddress(dataDir: string): void {
  const address = readAddress(dataDir);
  if (address !== null && /(^|\/)(instance|nibble-[0-9a-f]+)\.sock$/.test(address.socket)) {
    rmSync(address.socket, { force: true });
  }
  rmSync(join(dataDir, 'instance.sock'), { force: true });
  rmSync(addressPath(dataDir), { force: true });
}

function addressPath(dataDir: string): string {
  return join(dataDir, 'instance.json');
}
