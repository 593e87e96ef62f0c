import type { Hardware } from '../../contract/hardware.contract.ts';

/** Power on macOS and Windows; the library is loaded only when asked. */
export async function readPower(): Promise<Hardware['power'] | null> {
  const { battery } = await import('systeminformation');
  const { hasBattery, acConnected, percent } = await battery().catch(() => ({
    hasBattery: null,
    acConnected: false,
    percent: 0,
  }));
  if (hasBattery === null) return null;
  if (!hasBattery) return { source: 'mains', batteryPercent: null };
  return { source: acConnected ? 'mains' : 'battery', batteryPercent: Math.min(100, Math.max(0, percent)) };
}
