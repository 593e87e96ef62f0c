import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  findMemoryCgroup,
  limitMemory,
  parseMemInfo,
} from '../../../../src-main/services/hardware/linux-memory.ts';
import { parseVmStat } from '../../../../src-main/services/hardware/read-darwin.ts';

const GIB = 2 ** 30;
const machine = { totalBytes: 16 * GIB, availableBytes: 12 * GIB };

test('/proc/meminfo counts in KiB', () => {
  const text =
    'MemTotal:       24684084 kB\nMemFree:        24030720 kB\nMemAvailable:   24266752 kB\nBuffers: 1 kB\n';
  expect(parseMemInfo(text)).toEqual({ totalBytes: 24_684_084 * 1024, availableBytes: 24_266_752 * 1024 });
  expect(parseMemInfo('MemTotal: 1000 kB\nMemFree: 500 kB\n')).toBeNull();
  expect(parseMemInfo('')).toBeNull();
});

test.each([
  ['v2 without a limit', { limit: 'max\n', usage: '1000\n', stat: '' }, machine],
  ['v1 without a limit', { limit: '9223372036854771712\n', usage: '1000\n', stat: '' }, machine],
  [
    'v2, pages of files given back',
    {
      limit: `${4 * GIB}\n`,
      usage: `${3 * GIB}\n`,
      stat: `anon ${GIB}\ninactive_file ${GIB}\nactive_file 5\n`,
    },
    { totalBytes: 4 * GIB, availableBytes: 2 * GIB },
  ],
  [
    'v1, counted with its children',
    {
      limit: `${4 * GIB}`,
      usage: `${3 * GIB}`,
      stat: `inactive_file 0\ntotal_inactive_file ${2 * GIB}\n`,
    },
    { totalBytes: 4 * GIB, availableBytes: 3 * GIB },
  ],
  [
    'more used than allowed',
    { limit: `${GIB}`, usage: `${2 * GIB}`, stat: '' },
    { totalBytes: GIB, availableBytes: 0 },
  ],
  ['nonsense', { limit: 'what', usage: '', stat: '?' }, machine],
])('cgroup %s', (_, texts, expected) => {
  expect(limitMemory(machine, texts)).toEqual(expected);
});

test('a limit never gives more than the machine has', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(), fc.nat(), (total, limit, usage, inactive) => {
      const whole = { totalBytes: total, availableBytes: Math.floor(total / 2) };
      const limited = limitMemory(whole, {
        limit: String(limit),
        usage: String(usage),
        stat: `inactive_file ${inactive}`,
      });
      expect(limited.totalBytes).toBeLessThanOrEqual(whole.totalBytes);
      expect(limited.availableBytes).toBeLessThanOrEqual(whole.availableBytes);
      expect(limited.availableBytes).toBeGreaterThanOrEqual(0);
    }),
  );
});

test.each([
  [
    'a desktop session, v2',
    '0::/user.slice/user-1000.slice/session-2.scope\n',
    '35 24 0:30 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n',
    {
      version: 2,
      folder: '/sys/fs/cgroup/user.slice/user-1000.slice/session-2.scope',
      mountPoint: '/sys/fs/cgroup',
    },
  ],
  [
    'a container with a namespace of its own, v2',
    '0::/\n',
    '612 600 0:30 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw\n',
    { version: 2, folder: '/sys/fs/cgroup', mountPoint: '/sys/fs/cgroup' },
  ],
  [
    'a container, v1: the path is the host’s',
    '5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n',
    '90 80 0:33 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n',
    { version: 1, folder: '/sys/fs/cgroup/memory', mountPoint: '/sys/fs/cgroup/memory' },
  ],
  [
    'v1 beside an empty v2',
    '4:memory:/jobs/7\n1:cpu:/\n0::/\n',
    '35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n',
    { version: 1, folder: '/sys/fs/cgroup/memory/jobs/7', mountPoint: '/sys/fs/cgroup/memory' },
  ],
  ['nothing mounted', '0::/\n', '22 1 8:1 / / rw - ext4 /dev/vda rw\n', null],
  ['empty', '', '', null],
])('memory cgroup of %s', (_, cgroup, mountInfo, expected) => {
  expect(findMemoryCgroup(cgroup, mountInfo)).toEqual(expected);
});

test('vm_stat of an Apple computer', () => {
  const text = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                                5941.
Pages active:                            413287.
Pages inactive:                          409880.
Pages speculative:                         2617.
Pages throttled:                              0.
Pages wired down:                        140853.
Pages purgeable:                           1362.
`;
  expect(parseVmStat(text, 16 * GIB)).toEqual({
    totalBytes: 16 * GIB,
    availableBytes: 16_384 * (5941 + 409_880 + 2617 + 1362),
  });
  expect(parseVmStat('', 16 * GIB)).toBeNull();
});
