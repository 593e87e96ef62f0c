import { expect, it } from 'vitest';
import { Mutex } from '../../../../src-main/services/engine-host/mutex.ts';

it('runs tasks one at a time, in order, past failures and cancelled waits', async () => {
  const mutex = new Mutex();
  const seen: string[] = [];
  const gate = Promise.withResolvers<undefined>();
  const abort = new AbortController();
  const first = mutex.run(async () => {
    seen.push('first begins');
    await gate.promise;
    seen.push('first ends');
    throw new Error('first');
  });
  const cancelled = mutex.run(() => Promise.resolve(seen.push('never')), abort.signal);
  const last = mutex.run(() => Promise.resolve(seen.push('last')));
  abort.abort(new Error('cancelled'));
  await expect(cancelled).rejects.toThrow('cancelled');
  expect(seen).toEqual(['first begins']);
  gate.resolve(undefined);
  await expect(first).rejects.toThrow('first');
  await last;
  expect(seen).toEqual(['first begins', 'first ends', 'last']);
});
