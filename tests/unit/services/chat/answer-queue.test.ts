import { describe, expect, it } from 'vitest';
import { AnswerQueue, type AnswerJob } from '../../../../src-main/services/chat/answer-queue.ts';

/** A queue whose jobs end when told to, or when they are aborted. */
function setUp() {
  const started: number[] = [];
  const aborted: number[] = [];
  const finishers = new Map<number, () => void>();
  let changes = 0;
  const queue = new AnswerQueue<AnswerJob>(
    ({ messageId }, signal) => {
      started.push(messageId);
      return new Promise((resolve) => {
        finishers.set(messageId, resolve);
        signal.addEventListener('abort', () => {
          aborted.push(messageId);
          resolve();
        });
      });
    },
    () => (changes += 1),
  );
  const finish = async (messageId: number) => {
    finishers.get(messageId)?.();
    await new Promise(setImmediate);
  };
  return { queue, started, aborted, finish, changes: () => changes };
}

describe('AnswerQueue', () => {
  it('runs one job at a time, in order', async () => {
    const { queue, started, finish, changes } = setUp();
    for (const id of [1, 2, 3]) queue.add({ chatId: id, messageId: id });
    expect(started).toEqual([1]);
    expect(queue.waiting.map(({ messageId }) => messageId)).toEqual([2, 3]);
    await finish(1);
    await finish(2);
    expect(started).toEqual([1, 2, 3]);
    await finish(3);
    expect(queue.isIdle).toBe(true);
    expect(changes()).toBe(6);
  });

  it('takes out a waiting job without touching the running one', async () => {
    const { queue, started, aborted, finish } = setUp();
    queue.add({ chatId: 1, messageId: 1 });
    queue.add({ chatId: 2, messageId: 2 });
    expect(queue.stop(2)).toEqual({ chatId: 2, messageId: 2 });
    await finish(1);
    expect({ started, aborted }).toEqual({ started: [1], aborted: [] });
  });

  it('aborts the running job and goes on with the next', async () => {
    const { queue, started, aborted, finish } = setUp();
    queue.add({ chatId: 1, messageId: 1 });
    queue.add({ chatId: 2, messageId: 2 });
    expect(queue.stop(1)).toBeNull();
    await finish(1);
    expect({ started, aborted }).toEqual({ started: [1, 2], aborted: [1] });
    expect(queue.hasChat(1)).toBe(false);
  });

  it('closes by ending the running job and handing back the rest', async () => {
    const { queue, started, aborted } = setUp();
    queue.add({ chatId: 1, messageId: 1 });
    queue.add({ chatId: 2, messageId: 2 });
    expect(await queue.close()).toEqual([{ chatId: 2, messageId: 2 }]);
    queue.add({ chatId: 3, messageId: 3 });
    expect({ started, aborted }).toEqual({ started: [1], aborted: [1] });
  });
});
