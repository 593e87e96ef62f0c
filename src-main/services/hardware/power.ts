import type { Hardware } from '../../contract/hardware.contract.ts';

/** One folder of `/sys/class/power_supply`, trimmed; absent files are undefined. */
export interface PowerSupply {
  type: string | undefined;
  /** `Device` for batteries of mice and headphones. */
  scope: string | undefined;
  online: string | undefined;
  status: string | undefined;
  capacity: string | undefined;
}

/** Mains when a supply is online or a battery is not discharging; unknown where nothing is listed, as on most desktops. */
export function powerFromSupplies(supplies: readonly PowerSupply[]): Hardware['power'] {
  const own = supplies.filter(({ scope }) => scope !== 'Device');
  const batteries = own.filter(({ type }) => type === 'Battery');
  const charges = batteries
    .map(({ capacity }) => Number(capacity))
    .filter((charge) => charge >= 0 && charge <= 100);
  const batteryPercent =
    charges.length > 0 ? Math.round(charges.reduce((sum, charge) => sum + charge, 0) / charges.length) : null;
  const isOnline = own.some(({ type, online }) => type !== 'Battery' && online === '1');
  if (isOnline) return { source: 'mains', batteryPercent };
  if (batteries.some(({ status }) => status === 'Discharging')) return { source: 'battery', batteryPercent };
  if (batteries.some(({ status }) => status === 'Charging' || status === 'Full' || status === 'Not charging'))
    return { source: 'mains', batteryPercent };
  return { source: 'unknown', batteryPercent };
}
