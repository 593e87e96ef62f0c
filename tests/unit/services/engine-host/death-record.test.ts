import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DeathRecord } from '../../../../src-main/services/engine-host/death-record.ts';

const FIVE_MINUTES_MS = 300_000;

it('waits longer after each death in a row, and from the beginning after an answer', () => {
  const deaths = new DeathRecord();
  const waits = [0, 1_000_000, 2_000_000, 3_000_000].map((now) => {
    deaths.add(now);
    return deaths.waitMs(now);
  });
  deaths.succeeded();
  deaths.add(4_000_000);
  expect([...waits, deaths.waitMs(4_000_000), deaths.waitMs(4_000_200), deaths.waitMs(4_000_250)]).toEqual([
    250, 1_000, 4_000, 4_000, 250, 50, 0,
  ]);
});

it('gives up exactly when three deaths lie within five minutes, whatever was answered between', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: FIVE_MINUTES_MS }), { maxLength: 20 }), (gapsMs) => {
      const deaths = new DeathRecord();
      const times: number[] = [];
      let now = 0;
      for (const gapMs of gapsMs) {
        now += gapMs;
        times.push(now);
        deaths.add(now);
        deaths.succeeded();
        const third = times.at(-3);
        expect(deaths.hasGivenUp(now)).toBe(third !== undefined && now - third < FIVE_MINUTES_MS);
      }
    }),
  );
});

it('forgets everything when cleared', () => {
  const deaths = new DeathRecord();
  for (const now of [0, 1, 2]) deaths.add(now);
  expect(deaths.hasGivenUp(2)).toBe(true);
  deaths.clear();
  expect([deaths.hasGivenUp(2), deaths.waitMs(2)]).toEqual([false, 0]);
});
