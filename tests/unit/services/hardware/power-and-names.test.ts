import { expect, test } from 'vitest';
import { linuxName, windowsName } from '../../../../src-main/services/hardware/os-name.ts';
import { powerFromSupplies, type PowerSupply } from '../../../../src-main/services/hardware/power.ts';

const none: PowerSupply = {
  type: undefined,
  scope: undefined,
  online: undefined,
  status: undefined,
  capacity: undefined,
};
const adapter = (online: string): PowerSupply => ({ ...none, type: 'Mains', online });
const battery = (status: string, capacity: string): PowerSupply => ({
  ...none,
  type: 'Battery',
  status,
  capacity,
});
const mouse: PowerSupply = { ...battery('Discharging', '35'), scope: 'Device' };

test.each([
  ['a desktop', [], 'unknown', null],
  ['a desktop with a wireless mouse', [mouse], 'unknown', null],
  ['a laptop, plugged in', [adapter('1'), battery('Charging', '80')], 'mains', 80],
  ['a laptop, unplugged', [adapter('0'), battery('Discharging', '54')], 'battery', 54],
  ['two batteries', [adapter('0'), battery('Discharging', '20'), battery('Unknown', '100')], 'battery', 60],
  ['held at its limit', [battery('Not charging', '79')], 'mains', 79],
  ['charged over USB', [{ ...none, type: 'USB', online: '1' }, battery('Charging', '3')], 'mains', 3],
  ['a battery that tells nothing', [battery('Unknown', 'x')], 'unknown', null],
] as const)('power of %s', (_, supplies, source, batteryPercent) => {
  expect(powerFromSupplies(supplies)).toEqual({ source, batteryPercent });
});

test.each([
  [
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n',
    'Debian GNU/Linux 12',
  ],
  ['NAME=Fedora\nVERSION_ID=43\n', 'Fedora 43'],
  ['NAME="Arch Linux"\nPRETTY_NAME="Arch Linux"\nID=arch\n', 'Arch Linux'],
  ['PRETTY_NAME="Something"\n', 'Something'],
  ['', null],
])('os-release %j', (text, name) => {
  expect(linuxName(text)).toBe(name);
});

test.each([
  ['10.0.26100', 'Windows 11'],
  ['10.0.19045', 'Windows 10'],
  ['6.3.9600', 'Windows 6.3'],
])('Windows %s is called %s', (release, name) => {
  expect(windowsName(release)).toBe(name);
});
