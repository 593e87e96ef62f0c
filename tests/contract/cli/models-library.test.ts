import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ModelDetails } from '../../../src-main/contract/model-details.ts';
import type { Model } from '../../../src-main/contract/models.contract.ts';
import { writeModel } from '../../helpers/model-files.ts';
import { startCli } from './run-cli.ts';

test('models are listed, shown, moved in and removed on the command line', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'nibble-cli-')));
  onTestFinished(() => rm(folder, { recursive: true }));
  const models = join(folder, 'models');
  await writeModel(join(models, 'a-Q4_0.gguf'), 'First');
  const other = await writeModel(join(folder, 'other.gguf'), 'Second');
  const run = (...args: string[]) => {
    const places = ['--data-dir', join(folder, 'data'), '--models-dir', models];
    const environment = { XDG_DATA_HOME: join(folder, 'share'), HOME: join(folder, 'home') };
    return startCli(['models', ...args, ...places], '', environment).finished;
  };
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout) as unknown;

  const listed = (await json('list')) as Model[];
  expect(listed.map(({ name }) => name)).toEqual(['Nibble Tiny', 'First']);
  expect((await run('list')).stdout).toMatch(/^1 +Nibble Tiny +F16 +14\.\d MiB +\/.*\n\d+ +First +Q4_0 /);

  const shown = (await json('show', 'first')) as ModelDetails;
  expect(shown).toMatchObject({ about: { name: 'First', family: 'Llama' }, shape: { layers: 1 } });
  const { stdout } = await run('show', 'first');
  expect(stdout).toContain('260 tokens, gpt2');
  expect(stdout).toMatch(/^warning +It does not say under which licence it may be used\./m);

  expect(await run('import', other, '--move')).toMatchObject({
    ended: 0,
    stdout: `${join(models, 'other.gguf')}\n`,
  });
  expect(existsSync(other)).toBe(false);
  const removed = await run('remove', 'Second');
  expect(removed).toMatchObject({ ended: 0, stdout: expect.stringContaining('In the trash.') as string });
  expect(existsSync(join(models, 'other.gguf'))).toBe(false);
  expect(await run('remove', 'Nibble Tiny')).toMatchObject({
    ended: 1,
    stderr: expect.stringContaining('built-in') as string,
  });
  expect(await run('show', 'nothing')).toMatchObject({
    ended: 1,
    stderr: expect.stringContaining('not in the list') as string,
  });
  expect(await run('show')).toMatchObject({ ended: 2 });
}, 60_000);

test.skipIf(process.platform === 'win32')(
  'what a file is called and says of itself cannot command the terminal',
  async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'nibble-cli-')));
    onTestFinished(() => rm(folder, { recursive: true }));
    const models = join(folder, 'models');
    const evil = '\u001b]0;owned\u0007\u009b2J\u202egpj.exe';
    const licence = { key: 'general.license', type: 'str', value: `mit${evil}\nwarnings  none` } as const;
    await writeModel(join(models, `name${evil}.gguf`), `Model ${evil}`, [licence]);
    const run = (...args: string[]) => {
      const places = ['--data-dir', join(folder, 'data'), '--models-dir', models];
      const environment = { XDG_DATA_HOME: join(folder, 'share'), HOME: join(folder, 'home') };
      return startCli([...args, ...places], '', environment).finished;
    };
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    const commands = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;
    const list = await run('models', 'list');
    expect(list.stdout).toContain('name\ufffd]0;owned\ufffd\ufffd2J\ufffdgpj.exe.gguf');
    const show = await run('models', 'show', '2');
    expect(show.stdout).toContain('mit\ufffd]0;owned\ufffd\ufffd2J\ufffdgpj.exe\ufffdwarnings  none\n');
    const refused = await run('models', 'import', join(models, `none${evil}.gguf`));
    expect(refused.ended).toBe(1);
    for (const { stdout, stderr } of [list, show, refused]) {
      expect(stdout).not.toMatch(commands);
      expect(stderr).not.toMatch(commands);
    }
    const json = await run('models', 'show', '2', '--json');
    expect(json.stdout).not.toMatch(commands);
    expect((JSON.parse(json.stdout) as ModelDetails).about.licence).toBe(licence.value);
  },
  60_000,
);
