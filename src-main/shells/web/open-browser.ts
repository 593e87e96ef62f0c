import { spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

/** Not where nobody would see it: automated runs, remote terminals, machines without a display. */
export function canOpenBrowser(platform: NodeJS.Platform, env: Environment): boolean {
  if (env['CI'] !== undefined || env['SSH_CONNECTION'] !== undefined) return false;
  if (platform === 'win32' || platform === 'darwin') return true;
  return [env['DISPLAY'], env['WAYLAND_DISPLAY']].some(Boolean);
}

/**
 * Best effort: the link is in the terminal anyway. It is an argument that other users of the machine could
 * see for a moment, which is why it works once. A page in a private file that leads to it would hide it, but
 * browsers in a Snap or Flatpak sandbox may not read such files.
 */
export function openBrowser(url: string): void {
  const [command, args] = opener(process.platform, url);
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

export function opener(platform: NodeJS.Platform, url: string): [string, string[]] {
  if (platform === 'darwin') return ['open', [url]];
  if (platform === 'win32') return ['rundll32.exe', ['url.dll,FileProtocolHandler', url]];
  return ['xdg-open', [url]];
}
