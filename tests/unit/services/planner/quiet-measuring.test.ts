import { expect, test, vi } from 'vitest';
import { silentLogger as log } from '../../../../src-main/services/logging/logger.ts';
import { QuietMeasuring } from '../../../../src-main/services/planner/quiet-measuring.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';

function start() {
  const clock = new FakeClock();
  const state = { isQuiet: true, isInUse: true };
  const running: { signal: AbortSignal; finish: (isNew: boolean) => void }[] = [];
  const measure = vi.fn(
    (signal: AbortSignal) =>
      new Promise<boolean>((resolve, reject) => {
        running.push({ signal, finish: resolve });
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  );
  const measuring = new QuietMeasuring({
    clock,
    log,
    isQuiet: () => state.isQuiet,
    isInUse: () => state.isInUse,
    measure,
  });
  return { clock, state, running, measure, measuring };
}

test('begins half a minute after the last thing that happened, while a model is in memory', async () => {
  const { clock, state, measure, measuring, running } = start();
  measuring.wake();
  clock.advance(20_000);
  measuring.wake();
  clock.advance(29_000);
  expect(measure).not.toHaveBeenCalled();
  clock.advance(1_000);
  expect(measure).toHaveBeenCalledTimes(1);
  running[0]?.finish(true);
  await measuring.stop();
  state.isInUse = false;
  measuring.wake();
  expect(clock.timerCount).toBe(0);
});

test('an answer that is asked for ends it at once', async () => {
  const { state, measuring, running, clock } = start();
  const done = measuring.now();
  state.isQuiet = false;
  measuring.wake();
  expect(running[0]?.signal.aborted).toBe(true);
  expect(await done).toBe(false);
  expect(await measuring.now()).toBe(false);
  expect([running.length, clock.timerCount]).toEqual([1, 0]);
  state.isQuiet = true;
  measuring.wake();
  expect(clock.timerCount).toBe(1);
});

test('whoever asks meanwhile gets the same answer', async () => {
  const { measuring, running, measure } = start();
  const both = Promise.all([measuring.now(), measuring.now()]);
  running[0]?.finish(true);
  expect(await both).toEqual([true, true]);
  void measuring.now();
  expect(measure).toHaveBeenCalledTimes(2);
  await measuring.stop();
});

test('what fails is told to the log alone', async () => {
  const { measuring, measure } = start();
  measure.mockRejectedValueOnce(new Error('the disk is full'));
  expect(await measuring.now()).toBe(false);
});
