import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problemError, ProblemError } from '../../../src-main/contract/problem.ts';
import { FileTransfer } from '../../../src-main/services/downloads/file-transfer.ts';
import { SpeedLimit } from '../../../src-main/services/downloads/speed-limit.ts';
import { Egress } from '../../../src-main/services/hub/egress/egress.ts';
import type { HubServer } from '../hub/hub-server.ts';
import type { ServedFile } from '../hub/served-file.ts';

/** A models folder of its own. */
export class ModelsFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'nibble-models-'));

  target(file: ServedFile): string {
    return join(this.path, 'owner', 'Model-GGUF', file.path);
  }

  /** Every file below it but the folder's own lock and list. */
  get files(): string[] {
    return readdirSync(this.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.nibble'))
      .map((entry) => entry.name);
  }

  read(file: ServedFile): Buffer | null {
    const path = this.target(file);
    return existsSync(path) ? readFileSync(path) : null;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface TransferSetting {
  hub: HubServer;
  file: ServedFile;
  folder: ModelsFolder;
  /** The checksum that the Hub told; null as for a file anywhere. */
  sha256?: string | null;
  connections?: number;
  /** Waits of seconds become fractions of milliseconds. */
  patienceScale?: number;
  signal?: AbortSignal;
  silenceMs?: number;
}

export function transferOf({ hub, file, folder, ...setting }: TransferSetting): FileTransfer {
  const { sha256 = file.sha256, connections = 4, patienceScale = 0.0005, silenceMs = 200 } = setting;
  const egress = new Egress({ endpoint: hub.endpoint, silenceMs });
  const isGiven = sha256 === null;
  return new FileTransfer(
    {
      folder: folder.path,
      target: folder.target(file),
      url: new URL(`/owner/Model-GGUF/resolve/${hub.commit}/${file.path}`, hub.endpoint),
      isGiven,
      sizeBytes: isGiven ? null : file.sizeBytes,
      sha256,
      refusal: ({ response }) =>
        problemError('download.refused', { host: response.host, reason: String(response.status) }),
    },
    {
      egress: () => Promise.resolve(egress),
      connections: () => connections,
      limit: new SpeedLimit(() => null),
      patienceScale,
      slowWindowMs: 300,
      onBytes: () => undefined,
    },
  );
}

/** `done`, or the problem it ended with. */
export async function runTransfer(setting: TransferSetting): Promise<string> {
  const { signal = AbortSignal.timeout(25_000) } = setting;
  try {
    await transferOf(setting).run(signal);
    return 'done';
  } catch (error) {
    if (error instanceof ProblemError) return `${error.problem.code}: ${error.problem.why}`;
    throw error;
  }
}
