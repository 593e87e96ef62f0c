import { expect, it } from 'vitest';
import { parseElectronFlags } from '../../../../src-main/shells/electron/command-line.ts';

it.each([
  [[], undefined, undefined],
  [['--data-dir', '/d a', '--models-dir=/m'], '/d a', '/m'],
  [['--no-sandbox', '--data-dir', '/d', '--enable-logging=stderr', 'stray'], '/d', undefined],
  [['--data-dir'], undefined, undefined],
])('reads %j', (argv, dataDir, modelsDir) => {
  expect(parseElectronFlags(argv)).toEqual({ dataDir, modelsDir });
});
