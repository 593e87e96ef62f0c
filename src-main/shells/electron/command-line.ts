import { parseArgs } from 'node:util';

export interface ElectronFlags {
  dataDir: string | undefined;
  modelsDir: string | undefined;
}

/** Chromium's own switches are among the arguments, so what is not Nibble's is left alone. */
export function parseElectronFlags(argv: readonly string[]): ElectronFlags {
  const { values } = parseArgs({
    args: [...argv],
    options: { 'data-dir': { type: 'string' }, 'models-dir': { type: 'string' } },
    strict: false,
  });
  return { dataDir: text(values['data-dir']), modelsDir: text(values['models-dir']) };
}

/** A flag without its folder reads as `true`. */
function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
