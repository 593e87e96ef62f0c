import { expect, test } from 'vitest';
import { groupByDate } from '../../../../src-renderer/lib/format/date-groups.ts';
import * as figures from '../../../../src-renderer/lib/format/figures.ts';
import { plainName, showHidden } from '../../../../src-renderer/lib/format/visible-text.ts';

test('figures say their unit', () => {
  const { formatBytes, formatDuration, formatParameters, formatPercent, formatSpeed, counted } = figures;
  expect([
    formatBytes(14_812_000),
    formatBytes(4_920_734_272),
    formatBytes(137_438_953_472),
    formatBytes(0),
    formatBytes(17_408),
    formatDuration(86.4),
    formatDuration(1400),
    formatDuration(125_000),
    formatParameters(7_346_432),
    formatParameters(8_030_261_312),
    formatParameters(950),
    formatPercent(0.452),
    formatSpeed(31.42),
    formatSpeed(412.6),
    counted(1, 'core'),
    counted(2048, 'token'),
  ]).toEqual([
    '14.1 MiB',
    '4.6 GiB',
    '128 GiB',
    '0.0 MiB',
    '17 KiB',
    '86 ms',
    '1.4 s',
    '2 min 5 s',
    '7.3 M',
    '8.0 B',
    '950',
    '45 %',
    '31.4 tokens/s',
    '413 tokens/s',
    '1 core',
    '2,048 tokens',
  ]);
});

test('what is being received begins small', () => {
  const { formatByteRate, formatReceived } = figures;
  expect([
    formatReceived(0),
    formatReceived(912),
    formatReceived(319_488),
    formatReceived(14_812_000),
    formatByteRate(25_300_000),
    formatByteRate(65_536),
  ]).toEqual(['0 B', '912 B', '312 KiB', '14.1 MiB', '24.1 MiB/s', '64 KiB/s']);
});

test('time left is told in steps that do not flicker', () => {
  const told = [0, 5, 6, 38, 55, 56, 61, 3540, 3541, 3600, 4741, 7200, 35_999, 40_000, 200_000];
  expect(told.map(figures.formatTimeLeft)).toEqual([
    'a few seconds',
    'a few seconds',
    '10 s',
    '40 s',
    '60 s',
    '1 min',
    '2 min',
    '59 min',
    '1 h',
    '1 h',
    '1 h 20 min',
    '2 h',
    '10 h',
    '11 h',
    '56 h',
  ]);
});

test('dates fall into groups by calendar days, not by hours', () => {
  const now = new Date(2026, 10, 22, 0, 30).getTime();
  const at = (...parts: [number, number, number, number]) => ({ updatedAt: new Date(...parts).getTime() });
  const items = [
    at(2026, 10, 22, 0),
    at(2026, 10, 21, 23),
    at(2026, 10, 16, 12),
    at(2026, 9, 28, 12),
    at(2026, 8, 30, 12),
    at(2025, 8, 30, 12),
  ];
  expect(groupByDate(items, now).map(({ label, items: inside }) => [label, inside.length])).toEqual([
    ['Today', 1],
    ['Yesterday', 1],
    ['Last 7 days', 1],
    ['Last 30 days', 1],
    ['September 2026', 1],
    ['September 2025', 1],
  ]);
});

test('hidden characters are shown in text and left out of names', () => {
  const sly = 'a\u202Eb\u200Bc\u{E0041}d\uFEFF';
  expect(showHidden(sly)).toBe('a⟨U+202E⟩b⟨U+200B⟩c⟨U+E0041⟩d⟨U+FEFF⟩');
  expect(plainName(`  ${sly}\nsecond\tline `)).toBe('abcd second line');
});

test('writing systems and emoji stay whole', () => {
  for (const text of ['می‌خواهم', '👩‍👩‍👧', 'שלום', 'line\n\tnext', 'क्‍ष']) expect(showHidden(text)).toBe(text);
});
