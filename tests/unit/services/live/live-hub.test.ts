import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../../src-main/contract/chats.contract.ts';
import type { LiveEvent } from '../../../../src-main/contract/live.contract.ts';
import { LiveHub } from '../../../../src-main/services/live/live-hub.ts';

function message(id: number, change: Partial<Message> = {}): Message {
  return {
    id,
    chatId: 1,
    parentId: null,
    role: 'assistant',
    text: '',
    reasoning: '',
    status: 'answering',
    problem: null,
    stats: null,
    modelName: null,
    notes: [],
    createdAt: 0,
    ...change,
  };
}

function delta(messageId: number, text: string): LiveEvent {
  return { type: 'delta', chatId: 1, messageId, text, reasoning: '' };
}

async function take(events: AsyncGenerator<LiveEvent, void>, count: number): Promise<LiveEvent[]> {
  const taken: LiveEvent[] = [];
  while (taken.length < count) {
    const next = await events.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

describe('LiveHub', () => {
  it('gives the first events, then what is published, in order', async () => {
    const hub = new LiveHub();
    const events = hub.subscribe([{ type: 'message', message: message(1) }]);
    hub.publish({ type: 'chatDeleted', chatId: 7 });
    expect(await take(events, 2)).toEqual([
      { type: 'message', message: message(1) },
      { type: 'chatDeleted', chatId: 7 },
    ]);
  });

  it('joins the deltas a slow reader missed', async () => {
    const hub = new LiveHub();
    const events = hub.subscribe([]);
    for (const text of ['a', 'b', 'c']) hub.publish(delta(1, text));
    hub.publish(delta(2, 'x'));
    expect(await take(events, 2)).toEqual([delta(1, 'abc'), delta(2, 'x')]);
  });

  it('drops deltas that a settled message makes stale', async () => {
    const hub = new LiveHub();
    const events = hub.subscribe([]);
    hub.publish(delta(1, 'half'));
    const settled = message(1, { text: 'half an answer', status: 'complete' });
    hub.publish({ type: 'message', message: settled });
    expect(await take(events, 1)).toEqual([{ type: 'message', message: settled }]);
  });

  it('shows every reader the same final text, however it reads', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.string(), fc.boolean()), { maxLength: 30 }), async (pieces) => {
        const hub = new LiveHub();
        const events = hub.subscribe([{ type: 'message', message: message(1) }]);
        let seen = '';
        let published = '';
        const read = async () => {
          const { value } = await events.next();
          if (value?.type === 'message') seen = value.message.text;
          if (value?.type === 'delta') seen += value.text;
        };
        for (const [text, readNow] of pieces) {
          hub.publish(delta(1, text));
          published += text;
          if (readNow) await read();
        }
        const settled = message(1, { text: published, status: 'complete' });
        hub.publish({ type: 'message', message: settled });
        while (seen !== published) await read();
        expect(seen).toBe(published);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps a bounded backlog for a reader that never reads', () => {
    const hub = new LiveHub();
    const abort = new AbortController();
    hub.subscribe([], abort.signal);
    for (let index = 0; index < 10_000; index += 1) hub.publish({ type: 'models', models: [] });
    expect(hub.subscriberCount).toBe(1);
    abort.abort();
    expect(hub.subscriberCount).toBe(0);
  });

  it('forgets a reader that leaves or is aborted while it waits', async () => {
    const hub = new LiveHub();
    const abort = new AbortController();
    const waiting = hub.subscribe([], abort.signal);
    const next = waiting.next();
    abort.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    const leaving = hub.subscribe([{ type: 'chatDeleted', chatId: 1 }]);
    await leaving.next();
    await leaving.return();
    expect(hub.subscriberCount).toBe(0);
  });
});
