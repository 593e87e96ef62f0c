import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { OtherProgram } from '../../../src-main/contract/models.contract.ts';
import { modelBytes, writeModel } from '../../helpers/model-files.ts';
import { LibraryApp } from './library-app.ts';

const MODEL_LAYER = 'application/vnd.ollama.image.model';

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** An Ollama folder as `ollama pull` leaves it; returns the path of the blob. */
async function pull(root: string, place: string, model: Uint8Array): Promise<string> {
  const hex = createHash('sha256').update(model).digest('hex');
  const manifest = {
    schemaVersion: 2,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      digest: `sha256:${'0'.repeat(64)}`,
    },
    layers: [
      { mediaType: 'application/vnd.ollama.image.license', digest: `sha256:${'1'.repeat(64)}`, size: 10 },
      { mediaType: MODEL_LAYER, digest: `sha256:${hex}`, size: model.length },
    ],
  };
  await write(join(root, 'manifests', place), JSON.stringify(manifest));
  const blob = join(root, 'blobs', `sha256-${hex}`);
  await write(blob, model);
  return blob;
}

async function useAll(library: LibraryApp, program: OtherProgram): Promise<string[]> {
  await library.client.models.useProgram({ program, enabled: true });
  const models = await library.models();
  expect(models.every(({ source }) => source === program)).toBe(true);
  return models.map(({ name }) => name).sort();
}

it('what other programs have is found, but not listed before the person says so', async () => {
  const library = await LibraryApp.open();
  await writeModel(library.path('home/.lmstudio/models/owner/repo/Model-Q4_0.gguf'), 'From LM Studio');
  await writeModel(library.path('home/.cache/llama.cpp/owner_repo_Model-Q8_0.gguf'), 'From llama.cpp');
  await writeModel(library.path('home/.cache/gpt4all/Model.gguf'), 'From GPT4All');
  expect(await library.names()).toEqual([]);
  const found = async () => {
    const { programs } = await library.client.models.library();
    return programs
      .filter(({ folders }) => folders.length > 0)
      .map(({ program, enabled }) => [program, enabled]);
  };
  expect(await found()).toEqual([
    ['lmStudio', false],
    ['gpt4all', false],
    ['llamaCpp', false],
  ]);
  expect(await useAll(library, 'lmStudio')).toEqual(['From LM Studio']);
  await library.client.models.useProgram({ program: 'gpt4all', enabled: true });
  await library.client.models.useProgram({ program: 'llamaCpp', enabled: true });
  expect(await library.names()).toEqual(['From GPT4All', 'From LM Studio', 'From llama.cpp']);
  await library.client.models.useProgram({ program: 'lmStudio', enabled: false });
  expect(await library.names()).toEqual(['From GPT4All', 'From llama.cpp']);
});

it("LM Studio's and Jan's own settings say where their models are", async () => {
  const library = await LibraryApp.open();
  await write(library.path('home/.lmstudio-home-pointer'), `${library.path('lms')}\n`);
  await writeModel(library.path('lms/models/o/r/a.gguf'), 'Pointed to');
  await write(
    library.path('home/.lmstudio/settings.json'),
    JSON.stringify({ downloadsFolder: library.path('dl') }),
  );
  await writeModel(library.path('dl/o/r/b.gguf'), 'In the downloads folder');
  expect(await useAll(library, 'lmStudio')).toEqual(['In the downloads folder', 'Pointed to']);
  await library.client.models.useProgram({ program: 'lmStudio', enabled: false });

  const jan = {
    linux: 'home/.config/Jan',
    darwin: 'home/Library/Application Support/Jan',
    win32: 'home/AppData/Roaming/Jan',
  }[process.platform as 'linux'];
  await write(library.path(jan, 'settings.json'), JSON.stringify({ data_folder: library.path('jan') }));
  await writeModel(library.path('jan/llamacpp/models/Qwen3-4B-IQ4_XS/model.gguf'), 'Called something else');
  expect(await useAll(library, 'jan')).toEqual(['Qwen3-4B-IQ4_XS']);
});

it('Ollama: its names are restored from its manifests, each blob once', async () => {
  const library = await LibraryApp.open();
  const root = library.path('home/.ollama/models');
  const blob = await pull(root, 'registry.ollama.ai/library/llama3.2/3b', modelBytes('Llama 3.2'));
  await pull(root, 'registry.ollama.ai/library/llama3.2/latest', modelBytes('Llama 3.2'));
  await pull(root, 'registry.ollama.ai/someone/their-model/v1', modelBytes('Theirs'));
  await pull(root, 'hf.co/bartowski/Qwen3-4B-GGUF/Q4_K_M', modelBytes('Qwen'));
  expect(await useAll(library, 'ollama')).toEqual([
    'hf.co/bartowski/Qwen3-4B-GGUF:Q4_K_M',
    'llama3.2:3b',
    'someone/their-model:v1',
  ]);
  expect((await library.models()).find(({ name }) => name === 'llama3.2:3b')).toMatchObject({
    path: blob,
    family: 'Llama',
  });
});

it('Ollama: manifests that lie lead nowhere', async () => {
  const library = await LibraryApp.open();
  const root = library.path('home/.ollama/models');
  const secret = await writeModel(library.path('home/secret.gguf'), 'Not for you');
  const layer = (digest: unknown) => JSON.stringify({ layers: [{ mediaType: MODEL_LAYER, digest }] });
  const lies: Record<string, string> = {
    up: layer('sha256:../../../secret.gguf'),
    absolute: layer(secret),
    short: layer('sha256:abc'),
    number: layer(7),
    long: layer(`sha256:${'a'.repeat(64)}/../../../../secret.gguf`),
    missing: layer(`sha256:${'a'.repeat(64)}`),
    deep: '['.repeat(100_000),
    binary: '\0\u0001\u0002',
    empty: '',
    null: 'null',
    many: JSON.stringify({ layers: Array.from({ length: 20_000 }, () => ({ mediaType: 'x', digest: 'y' })) }),
    huge: `{"layers":[],"x":"${'x'.repeat(2 * 1024 * 1024)}"}`,
  };
  const folder = join(root, 'manifests/registry.ollama.ai/library/model');
  for (const [tag, text] of Object.entries(lies)) await write(join(folder, tag), text);
  await symlink('/dev/zero', join(folder, 'endless'));
  await symlink(root, join(root, 'manifests/loop'));
  expect(await useAll(library, 'ollama')).toEqual([]);
  await pull(root, 'registry.ollama.ai/library/honest/latest', modelBytes('Honest'));
  await library.client.models.rescan();
  expect(await library.names()).toEqual(['honest:latest']);
});

it('Hugging Face cache: snapshots by their names, blobs once, the repository as the origin', async () => {
  const library = await LibraryApp.open();
  const repository = library.path('home/.cache/huggingface/hub/models--unsloth--Qwen3-4B-GGUF');
  const [older, newer] = ['a'.repeat(40), 'b'.repeat(40)];
  const file = 'Qwen3-4B-Q4_K_M.gguf';
  await write(join(repository, 'blobs/0123'), modelBytes('Qwen3 4B'));
  await write(join(repository, 'blobs/4567'), modelBytes('Qwen3 4B'));
  await write(join(repository, 'refs/main'), newer);
  for (const commit of [older, newer]) {
    await mkdir(join(repository, 'snapshots', commit), { recursive: true });
    await symlink('../../blobs/0123', join(repository, 'snapshots', commit, file));
  }
  await mkdir(join(repository, 'snapshots', older, 'UD'));
  await symlink(
    '../../../blobs/4567',
    join(repository, 'snapshots', older, 'UD', 'Qwen3-4B-UD-Q2_K_XL.gguf'),
  );
  await write(
    library.path('home/.cache/huggingface/hub/models--not-a-repository/snapshots/x/y.gguf'),
    'GGUF',
  );
  await useAll(library, 'huggingFace');
  const models = await library.models();
  const origin = 'hf:unsloth/Qwen3-4B-GGUF';
  expect(models.map((model) => [model.path, model.level, model.origin]).sort()).toEqual([
    [join(repository, 'snapshots', older, 'UD/Qwen3-4B-UD-Q2_K_XL.gguf'), 'UD-Q2_K_XL', origin],
    [join(repository, 'snapshots', newer, file), 'Q4_K_M', origin],
  ]);
});

it('files of other programs are never moved or deleted, listed or not, and nothing is written to their folders', async () => {
  const library = await LibraryApp.open();
  const path = await writeModel(library.path('home/.lmstudio/models/o/r/a.gguf'), 'Theirs');
  const before = await readFile(path);
  const opened = await library.client.models.open({ path });
  const refusal = { data: { code: 'library.foreign', what: 'This file belongs to LM Studio.' } };
  await expect(library.client.models.remove({ modelId: opened.id })).rejects.toMatchObject(refusal);
  const link = library.path('link.gguf');
  await symlink(path, link);
  for (const given of [path, link]) {
    const moving = await library.client.models.import({ path: given });
    await expect(moving.next()).rejects.toMatchObject(refusal);
  }
  await library.client.models.useProgram({ program: 'lmStudio', enabled: true });
  const [model] = await library.models();
  expect((await library.client.models.removal({ modelId: model?.id ?? 0 })).refusal).toMatchObject({
    code: 'library.foreign',
  });
  await expect(library.client.models.remove({ modelId: model?.id ?? 0 })).rejects.toMatchObject(refusal);
  expect(await readFile(path)).toEqual(before);
  expect(await readdir(library.path('home/.lmstudio'), { recursive: true })).toHaveLength(4);
});
