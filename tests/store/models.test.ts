import { describe, expect, test } from 'vitest';
import { createChat, modelFacts, openStore } from './helpers.ts';

describe('models', () => {
  test('are remembered by path; opening one again keeps its id and use', async () => {
    const { run } = openStore();
    const { now: _, ...facts } = modelFacts;
    const first = await run.upsertModel(modelFacts);
    expect(first).toEqual({
      ...facts,
      id: first.id,
      renamed: false,
      state: 'here',
      available: true,
      addedAt: 1,
      lastUsedAt: null,
      measuredTokensPerSecond: null,
    });
    await run.touchModel({ modelId: first.id, now: 5 });
    const again = await run.upsertModel({
      ...modelFacts,
      name: 'Renamed',
      sizeBytes: 7,
      level: null,
      now: 9,
    });
    expect(again).toEqual({ ...first, name: 'Renamed', sizeBytes: 7, level: null, lastUsedAt: 5 });
    expect(await run.getModel({ modelId: first.id })).toEqual(again);
    expect(await run.getModelByPath({ path: modelFacts.path })).toEqual(again);
    expect(await run.getModel({ modelId: 99 })).toBeNull();
    expect(await run.getModelByPath({ path: '/elsewhere' })).toBeNull();
  });

  test('are listed built-in first, then by last use, then newest first', async () => {
    const { run } = openStore();
    const add = async (path: string, builtIn = false) => {
      const { id } = await run.upsertModel({ ...modelFacts, path, builtIn });
      return id;
    };
    const unused = await add('/unused');
    const older = await add('/older');
    const newer = await add('/newer');
    const builtIn = await add('/built-in', true);
    const newest = await add('/newest');
    await run.touchModel({ modelId: older, now: 5 });
    await run.touchModel({ modelId: newer, now: 6 });
    const ids = (await run.listModels({})).map(({ id }) => id);
    expect(ids).toEqual([builtIn, newer, older, newest, unused]);
  });

  test('a forgotten model leaves its chats without one, and its id is not used again', async () => {
    const store = openStore();
    const { run } = store;
    const model = await run.upsertModel(modelFacts);
    const { id: chatId } = await createChat(store);
    await run.setChatModel({ chatId, modelId: model.id });
    await run.forgetModel({ modelId: model.id });
    expect(await run.listModels({})).toEqual([]);
    expect((await run.getChat({ chatId }))?.modelId).toBeNull();
    expect((await run.upsertModel(modelFacts)).id).toBeGreaterThan(model.id);
  });

  test('that have gone are not listed, and are the same when they are found again', async () => {
    const { run } = openStore();
    const model = await run.upsertModel(modelFacts);
    await run.renameModel({ modelId: model.id, name: 'Mine' });
    await run.setModelSpeed({ modelId: model.id, tokensPerSecond: 12.5 });
    await run.setModelStates({ modelIds: [model.id], state: 'gone' });
    expect(await run.listModels({})).toEqual([]);
    await run.markModelsFound({ modelIds: [model.id], source: 'folder', folder: '/elsewhere' });
    expect(await run.listModels({})).toMatchObject([
      { id: model.id, name: 'Mine', renamed: true, measuredTokensPerSecond: 12.5, folder: '/elsewhere' },
    ]);
  });

  test('of a file that is broken now have gone, until it is mended', async () => {
    const { run } = openStore();
    await run.upsertModel(modelFacts);
    const problem = { code: 'model.notGguf', what: 'What', why: 'Why', todo: 'Todo' } as const;
    const { path, source, folder } = modelFacts;
    const refusal = { path, source, folder, sizeBytes: 3, mtimeMs: 2, problem };
    await run.saveFound({ models: [], refused: [refusal] });
    expect(await run.listModels({})).toEqual([]);
    expect(await run.listRefusedFiles({})).toEqual([refusal]);
    await run.saveFound({ models: [modelFacts], refused: [] });
    expect(await run.listModels({})).toHaveLength(1);
    expect(await run.listRefusedFiles({})).toEqual([]);
  });
});
