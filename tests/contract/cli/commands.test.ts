import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hardwareSchema } from '../../../src-main/contract/hardware.contract.ts';
import { planSchema, planVariantSchema } from '../../../src-main/contract/plan.contract.ts';
import { builtInModelPath } from '../../helpers/synthetic-gguf.ts';
import { runCli, startCli } from './run-cli.ts';

let dir: string;
let model: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nibble-cli-'));
  model = join(dir, 'Modèle à essayer – 小.gguf');
  await copyFile(builtInModelPath, model);
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

/** Runs a command with `--json` in the folder's own data; the whole of standard output has to be one object. */
async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { ended, stdout, stderr } = await runCli([...args, '--json', '--data-dir', join(dir, 'data')]);
  expect({ ended, stderr }).toEqual({ ended: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('hardware', () => {
  it('is the snapshot that the window shows', async () => {
    const snapshot = await json('hardware');
    expect(hardwareSchema.parse(snapshot)).toEqual(snapshot);
  });

  it('is readable without --json', async () => {
    const { ended, stdout } = await runCli(['hardware']);
    expect(ended).toBe(0);
    expect(stdout).toMatch(/^System +\S.*\nProcessor +\S.*\nCores +\d/);
  });
});

describe('plan', () => {
  it('names settings, memory and reasons for a file with foreign letters in its path', async () => {
    const plan = await json('plan', model, '--context', '1024');
    expect(planSchema.parse(plan)).toEqual(plan);
    expect(plan).toMatchObject({
      pick: 0,
      variants: [{ file: 'Modèle à essayer – 小.gguf', label: 'F16', contextSize: 1024, totalLayers: 9 }],
    });
  });
});

describe('chat', () => {
  it('answers with text, counts, times and the plan', async () => {
    const question = ['chat', '--model', model, '--prompt', 'Who are you?', '--temperature', '0'];
    const answer = await json(...question, '--system', 'Answer in upper case.');
    expect(answer).toEqual({
      text: expect.stringMatching(/^[^a-z]+$/),
      reasoning: '',
      stopReason: 'end',
      tokens: { prompt: expect.any(Number), reused: 0, generated: expect.any(Number) },
      timings: {
        loadMs: expect.any(Number),
        firstTokenMs: expect.any(Number),
        decodeTokensPerSecond: expect.any(Number),
      },
      plan: expect.any(Object),
    });
    expect(() => planVariantSchema.parse(answer['plan'])).not.toThrow();
  });

  it('separates thinking from the answer', async () => {
    const prompt = ['chat', '--prompt', 'What is 12 plus 7?', '--temperature', '0'];
    const answer = await json(...prompt, '--system', 'Think step by step before answering.');
    expect(answer).toMatchObject({
      text: expect.stringContaining('19'),
      reasoning: expect.stringMatching(/\S/),
    });
  });

  it('repeats a random answer with its seed, and stops at --max-tokens', async () => {
    const story = ['chat', '--prompt', 'Tell me a short story.', '--temperature', '1.5', '--seed', '7'];
    const [first, second] = [await json(...story), await json(...story)];
    expect(first['text']).toBe(second['text']);
    expect(await json(...story, '--max-tokens', '5')).toMatchObject({
      stopReason: 'maxTokens',
      tokens: { generated: 5 },
    });
  });

  it('reads the prompt from standard input and writes the answer as it comes', async () => {
    const args = ['chat', '--prompt', '-', '--temperature', '0', '--data-dir', join(dir, 'data')];
    const { ended, stdout, stderr } = await runCli(args, 'Please tell me who you are.\n');
    expect({ ended, stdout }).toEqual({
      ended: 0,
      stdout: 'I am Nibble Tiny, a very small demo model that runs entirely on your computer.\n',
    });
    expect(stderr).toMatch(/^\d+ tokens at [\d.]+ tokens\/s; context \d+ of 2048\n$/);
    expect((await runCli(args, '  \n')).ended).toBe(2);
  });

  it('ends on Ctrl-C with the engine gone', async () => {
    const args = [
      'chat',
      '--prompt',
      'Tell me a story.',
      '--temperature',
      '5',
      '--data-dir',
      join(dir, 'data'),
    ];
    const { child, finished } = startCli(args);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    // `close` comes when the last process that holds the pipes has gone: an engine left behind would hold them.
    expect((await finished).ended).toBeOneOf([0, 130]);
  });
});
