import { electronBinary, fetchElectron } from './electron.mjs';

/**
 * Which shell to open, and why: `{ shell, binary?, why }`.
 * @param {'web' | 'electron' | null} wanted
 */
export async function chooseShell(wanted) {
  if (wanted === 'web') return { shell: 'web', why: 'as asked with --web' };
  const obstacle = windowObstacle();
  if (wanted === 'electron') {
    if (obstacle) throw new Error(`The window cannot open: ${obstacle}. Start with --web instead.`);
    const binary = electronBinary() ?? (await fetchElectron({ evenAfterFailure: true }));
    if (!binary)
      throw new Error("Electron's program is missing and could not be downloaded. Start with --web instead.");
    return { shell: 'electron', binary, why: 'as asked with --electron' };
  }
  if (obstacle) return { shell: 'web', why: obstacle };
  const binary =
    electronBinary() ?? (process.env.CI ? null : await fetchElectron({ evenAfterFailure: false }));
  return binary
    ? { shell: 'electron', binary, why: 'there is a display' }
    : { shell: 'web', why: "Electron's program could not be downloaded" };
}

/** Why no window can open on this machine, or null. */
export function windowObstacle() {
  if (process.platform !== 'linux') return null;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display';
  // Chromium's sandbox does not work for root, and Nibble never runs without it.
  if (process.getuid() === 0) return 'a window with a sandbox does not open for the root user';
  return null;
}
