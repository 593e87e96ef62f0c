import { expect, it } from 'vitest';
import { mapLimited } from '../../../../../src-main/services/hub/headers/map-limited.ts';

it('keeps the order and the limit', async () => {
  let running = 0;
  let most = 0;
  const results = await mapLimited([5, 1, 4, 2, 3, 0], 3, async (turns) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    running -= 1;
    return turns * 10;
  });
  expect([results, most]).toEqual([[50, 10, 40, 20, 30, 0], 3]);
});

it('begins nothing more after a failure', async () => {
  const begun: number[] = [];
  const work = mapLimited([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    await Promise.resolve();
    if (item === 1) throw new Error('no');
    return item;
  });
  await expect(work).rejects.toThrow('no');
  expect(begun.length).toBeLessThan(5);
});
