import { expect, test } from 'vitest';
import { BusyCores, busyCoresBetween } from '../../../../src-main/services/planner/busy-cores.ts';

test('busy cores by the counters of the system', () => {
  const core = (user: number, idle: number) => ({ times: { user, nice: 0, sys: 0, idle, irq: 0 } });
  expect(busyCoresBetween([core(0, 0), core(0, 0)], [core(100, 0), core(50, 50)])).toBe(1.5);
  expect(busyCoresBetween([core(5, 5)], [core(5, 5)])).toBe(0);
  expect(busyCoresBetween([], [core(5, 5)])).toBe(0);
});

test('a reading is shared, and stands for a while', async () => {
  const busy = new BusyCores();
  const [first, second] = await Promise.all([busy.now(), busy.exactly()]);
  expect(second).toBe(first);
  const startedAt = performance.now();
  expect(await busy.now()).toBe(first);
  expect(performance.now() - startedAt).toBeLessThan(100);
});
