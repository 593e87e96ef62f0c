import { expect, test } from 'vitest';
import {
  parsePressure,
  parseProcessStatus,
  parseSwap,
  readMemoryState,
  readProcessState,
} from '../../../../src-main/services/ledger/read-state.ts';

test('a process is told apart: its own pages, those of files, those on disk', () => {
  const text = 'Name:\tnode\nVmRSS:\t  5000 kB\nRssAnon:\t 1000 kB\nRssFile:\t 4000 kB\nVmSwap:\t 12 kB\n';
  expect(parseProcessStatus(text)).toEqual({
    residentBytes: 5000 * 1024,
    fileBytes: 4000 * 1024,
    swappedBytes: 12 * 1024,
  });
  // A process that has ended, and a kernel before 4.5.
  expect(parseProcessStatus('State:\tZ (zombie)\n')).toBeNull();
  expect(parseProcessStatus('VmRSS:\t 1 kB\n')).toEqual({
    residentBytes: 1024,
    fileBytes: null,
    swappedBytes: null,
  });
});

test('swap and pressure are unknown where the kernel does not tell', () => {
  expect(parseSwap('SwapTotal:  2048 kB\nSwapFree:  1024 kB\n')).toEqual({
    totalBytes: 2 ** 21,
    freeBytes: 2 ** 20,
  });
  expect([parseSwap(''), parsePressure('')]).toEqual([null, null]);
  expect(parsePressure('some avg10=12.50 avg60=1.00 avg300=0.10 total=9\nfull avg10=0.00')).toBe(0.125);
});

test.runIf(process.platform === 'linux')('this machine can be read', async () => {
  const { totalBytes, availableBytes } = await readMemoryState();
  expect(availableBytes).toBeLessThanOrEqual(totalBytes);
  expect((await readProcessState(process.pid))?.residentBytes).toBeGreaterThan(2 ** 20);
  expect(await readProcessState(2 ** 22 + 1)).toBeNull();
});
