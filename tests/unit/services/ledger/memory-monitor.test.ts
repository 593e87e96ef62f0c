import { expect, test } from 'vitest';
import type { MemoryWarning } from '../../../../src-main/contract/hardware.contract.ts';
import { MemoryMonitor } from '../../../../src-main/services/ledger/memory-monitor.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';

const tight: MemoryWarning = { level: 'tight', words: 'Little is free.' };
/** Lets what was read arrive. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function start() {
  const clock = new FakeClock();
  const state = { isNeeded: true, warning: null as MemoryWarning | null, reads: 0, changes: 0 };
  const monitor = new MemoryMonitor({
    clock,
    isNeeded: () => state.isNeeded,
    read: () => {
      state.reads++;
      return Promise.resolve(state.warning);
    },
    onChange: () => state.changes++,
  });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settle();
  };
  return { clock, state, monitor, pass };
}

test('looks every five seconds while it is needed, and tells only what changes', async () => {
  const { state, monitor, pass } = start();
  monitor.wake();
  monitor.wake();
  await settle();
  expect([state.reads, state.changes]).toEqual([1, 0]);
  state.warning = tight;
  await pass(5_000);
  state.warning = { ...tight, words: 'Even less is free.' };
  await pass(5_000);
  expect([state.reads, state.changes, monitor.warning?.words]).toEqual([3, 1, 'Even less is free.']);
});

test('has no timer when no model is in memory or no window is open, and forgets what it said', async () => {
  const { clock, state, monitor, pass } = start();
  state.warning = tight;
  monitor.wake();
  await settle();
  expect([clock.timerCount, monitor.warning]).toEqual([1, tight]);
  state.isNeeded = false;
  await pass(5_000);
  expect([clock.timerCount, monitor.warning, state.changes]).toEqual([0, null, 2]);
  monitor.wake();
  expect([clock.timerCount, state.reads]).toEqual([0, 1]);
});
