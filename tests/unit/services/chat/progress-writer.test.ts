import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProgressWriter } from '../../../../src-main/services/chat/progress-writer.ts';

describe('ProgressWriter', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    vi.advanceTimersByTime(10_000);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('saves the newest state at least once a second and at most about once', async () => {
    const saved: number[] = [];
    const writer = new ProgressWriter<number>((state) => Promise.resolve(saved.push(state)));
    for (let ms = 0; ms < 5000; ms += 10) {
      writer.update(ms);
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(saved.length).toBeGreaterThanOrEqual(5);
    expect(saved.length).toBeLessThanOrEqual(6);
    for (const [index, state] of saved.entries()) {
      expect(state - (saved[index - 1] ?? -1000)).toBeLessThanOrEqual(1000);
    }
  });

  it('has no timer while nothing is new', async () => {
    const writer = new ProgressWriter<number>(() => Promise.resolve());
    expect(vi.getTimerCount()).toBe(0);
    writer.update(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('runs one save at a time, then saves what came meanwhile', async () => {
    const finishers: (() => void)[] = [];
    const states: string[] = [];
    const writer = new ProgressWriter<string>((state) => {
      states.push(state);
      return new Promise<void>((resolve) => finishers.push(resolve));
    });
    writer.update('a');
    await vi.advanceTimersByTimeAsync(2000);
    writer.update('b');
    writer.update('c');
    await vi.advanceTimersByTimeAsync(5000);
    expect(states).toEqual(['a']);
    finishers[0]?.();
    await vi.advanceTimersByTimeAsync(1000);
    expect(states).toEqual(['a', 'c']);
  });

  it('ends by waiting for the save under way and dropping the rest', async () => {
    let finish = () => {};
    const states: string[] = [];
    const writer = new ProgressWriter<string>((state) => {
      states.push(state);
      return new Promise<void>((resolve) => (finish = resolve));
    });
    writer.update('a');
    await vi.advanceTimersByTimeAsync(0);
    writer.update('b');
    const ended = writer.end();
    finish();
    await ended;
    await vi.advanceTimersByTimeAsync(5000);
    expect(states).toEqual(['a']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
