import { describe, expect, it } from 'vitest';
import { parseWebShellFlags, UsageError } from '../../../../src-main/shells/web/command-line.ts';

describe('flags of the web shell', () => {
  it('has a usual for each', () => {
    expect(parseWebShellFlags([])).toEqual({ port: 0, open: true, dataDir: undefined, modelsDir: undefined });
  });

  it('takes all of them', () => {
    const args = ['--port', '8123', '--no-open', '--data-dir', '/d a', '--models-dir=/m'];
    expect(parseWebShellFlags(args)).toEqual({ port: 8123, open: false, dataDir: '/d a', modelsDir: '/m' });
  });

  it.each([
    [['--port', '65536'], '--port needs a number from 0 to 65535, not "65536"'],
    [['--port', '-1'], /--port/],
    [['--port', '0x10'], /--port needs/],
    [['--port', ''], /--port needs/],
    [['--port', '1e3'], /--port needs/],
    [['--host', '0.0.0.0'], "Unknown option '--host'"],
    [['stray'], /stray/],
    [['--data-dir'], /--data-dir/],
  ])('refuses %j in one sentence', (args, message) => {
    expect(() => parseWebShellFlags(args)).toThrow(message);
    expect(() => parseWebShellFlags(args)).toThrow(UsageError);
  });
});
