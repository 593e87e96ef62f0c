import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtInModel, ChildClient, tinySettings, user } from './child-client.ts';

const alive = (pid: number | undefined) => existsSync(`/proc/${pid}`);

describe('the engine process', () => {
  it('loads nothing native before it is asked to', async () => {
    await using child = await ChildClient.start();
    // A method of the other role is refused without loading its code.
    await expect(child.request('hardware', {}).result).rejects.toMatchObject({
      problem: { code: 'internal' },
    });
    // The log takes another way than the answer, and may come after it.
    await expect.poll(() => child.stderr).toContain('does not serve hardware');
    expect(readFileSync(`/proc/${child.process.pid}/maps`, 'utf8')).not.toMatch(/\.node\b|libllama|ggml/);
  });

  it.each(['SIGTERM', 'disconnect'] as const)(
    'ends on %s while it writes an answer, leaving nothing behind',
    async (how) => {
      const child = await ChildClient.start();
      await child.load();
      const answering = new Promise<void>((resolve) => {
        const sampling = { temperature: 5, topK: 0, topP: 1, minP: 0, repeatPenalty: 1 };
        const { result } = child.generate([user('Tell me a story.')], { sampling }, (progress) => {
          if (progress.kind === 'text') resolve();
        });
        result.catch(() => undefined); // its answer may come or not
      });
      await answering;
      if (how === 'SIGTERM') child.process.kill('SIGTERM');
      else child.process.disconnect();
      expect(await child.exited).toEqual([0, null]);
      expect(alive(child.process.pid)).toBe(false);
      expect(child.stderr).toBe('');
    },
  );

  it('beats while it works: ticks, progress and processor time grow', async () => {
    await using child = await ChildClient.start();
    const beats = child.heartbeat();
    const first = (await beats.next()).value;
    await child.load();
    await child.generate([user('Tell me a short story.')]).result;
    for await (const beat of beats) {
      if (beat.progress === 0 || beat.mainTicks === 0) continue;
      expect(beat.cpuMs).toBeGreaterThan(first?.cpuMs ?? Infinity);
      break;
    }
  });

  it('loads again with other settings and frees on request', async () => {
    await using child = await ChildClient.start();
    const quantized = { cacheTypeK: 'q8_0', cacheTypeV: 'q8_0', contextSize: 512 } as const;
    const { settings } = await child.load(undefined, quantized);
    expect(settings).toEqual({ ...tinySettings, ...quantized });
    expect((await child.generate([user('What is 3 + 4?')]).result).text).toBe('3 + 4 = 7');
    await child.load();
    expect((await child.generate([user('What is 3 + 4?')]).result).contextSize).toBe(2048);
    await child.request('unload', {}).result;
    await expect(child.generate([user('Hi')]).result).rejects.toMatchObject({
      problem: { code: 'model.none' },
    });
  });

  it('explains what it cannot load and stays usable', async () => {
    await using child = await ChildClient.start();
    const codeOf = async (path: string, settings: object) =>
      child.load(path, settings).then(
        () => 'loaded',
        (error: { problem: { code: string } }) => error.problem.code,
      );
    expect(await codeOf('/nonexistent.gguf', {})).toBe('model.loadFailed');
    expect(await codeOf(builtInModel, { contextSize: 16 })).toBe('request.invalid');
    expect(await codeOf(builtInModel, { cacheTypeV: 'float' })).toBe('request.invalid');
    expect(await codeOf(builtInModel, { contextSize: 2 ** 22 * 64 })).toBe('request.invalid');
    expect(await codeOf(builtInModel, {})).toBe('loaded');
  });

  it.runIf(process.platform === 'linux')(
    'survives a context that memory does not hold, and loads a smaller one',
    async () => {
      await using child = await ChildClient.start();
      await child.load();
      const status = readFileSync(`/proc/${child.process.pid}/status`, 'utf8');
      const reservedBytes = Number(/VmSize:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
      execFileSync('prlimit', [`--pid=${child.process.pid}`, `--as=${reservedBytes + 1.5 * 2 ** 30}`]);
      // The cache takes 4 KiB a token: 4 GiB.
      await expect(child.load(undefined, { contextSize: 2 ** 20 })).rejects.toMatchObject({
        problem: { code: 'engine.outOfMemory' },
      });
      await child.load();
      expect((await child.generate([user('What is 3 + 4?')]).result).text).toBe('3 + 4 = 7');
    },
  );
});
