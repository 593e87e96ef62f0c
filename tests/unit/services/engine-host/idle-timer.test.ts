import { expect, it } from 'vitest';
import { IdleTimer } from '../../../../src-main/services/engine-host/idle-timer.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';

function idleTimer(minutes: number) {
  const clock = new FakeClock();
  const seen = { minutes, count: 0 };
  const timer = new IdleTimer(
    clock,
    () => seen.minutes * 60_000,
    () => (seen.count += 1),
  );
  return { clock, seen, timer };
}

it('calls back once, when the time is over', () => {
  const { clock, seen, timer } = idleTimer(5);
  timer.start();
  clock.advance(299_000);
  expect([seen.count, clock.timerCount]).toEqual([0, 1]);
  clock.advance(1_000_000);
  expect([seen.count, clock.timerCount]).toEqual([1, 0]);
});

it('begins anew at every start, and ends at stop', () => {
  const { clock, seen, timer } = idleTimer(5);
  timer.start();
  clock.advance(299_000);
  timer.start();
  clock.advance(299_000);
  expect([seen.count, clock.timerCount]).toEqual([0, 1]);
  timer.stop();
  expect(clock.timerCount).toBe(0);
});

it('follows a changed setting within a minute, both ways', () => {
  const { clock, seen, timer } = idleTimer(0);
  timer.start();
  clock.advance(3_600_000);
  seen.minutes = 120;
  clock.advance(60_000);
  expect(seen.count).toBe(0);
  seen.minutes = 5;
  clock.advance(60_000);
  expect(seen.count).toBe(1);
});
