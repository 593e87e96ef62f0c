import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
/** What an answer on this machine has measured, for all tests but those of a person's first start. */
export const measured = join(root, 'test-results/measured-machine');

/** Before all tests, while nothing else runs: each of them would spend its first seconds on it. */
export default function measureMachine(): void {
  const dataDir = mkdtempSync(join(tmpdir(), 'nibble-measured-'));
  const chat = ['chat', '--prompt', 'Hello', '--max-tokens', '1', '--data-dir', dataDir];
  execFileSync(process.execPath, [join(root, 'out/main/cli.js'), ...chat]);
  rmSync(measured, { recursive: true, force: true });
  cpSync(join(dataDir, 'cache'), measured, { recursive: true });
  rmSync(dataDir, { recursive: true });
}
