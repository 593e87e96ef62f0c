import { defaultChatSettings as chatDefaults } from '../../src-main/contract/defaults.ts';
import { expect, test } from 'vitest';
import { actualDevice, loadRecord, MIB } from '../helpers/load-records.ts';
import { openStore } from './helpers.ts';

const { id: _id, speeds: _speeds, ...load } = loadRecord();
const speed = (decodeTokensPerSecond: number) => ({ decodeTokensPerSecond, prefillTokensPerSecond: null });

test('a load is kept with what its answers add to it', async () => {
  const { run } = openStore();
  const loadId = await run.addLoad(load);
  const failed = await run.addLoad({ ...load, actual: null, failure: 'It was killed' });
  const actual = [actualDevice('Memory', { seenBytes: 7 * MIB })];
  await run.addAnswerSpeed({ loadId, actual, ...speed(21.5) });
  await run.addAnswerSpeed({ loadId, actual, ...speed(22) });
  expect(await run.listLoads({})).toEqual([
    { ...load, id: failed, actual: null, failure: 'It was killed', speeds: [] },
    { ...load, id: loadId, actual, speeds: [speed(21.5), speed(22)] },
  ]);
});

test('what is kept is bounded: 300 loads, 30 speeds each', async () => {
  const { run } = openStore();
  const ids: number[] = [];
  for (let count = 0; count < 303; count++) ids.push(await run.addLoad(load));
  const loadId = ids.at(-1) ?? 0;
  for (let count = 0; count < 35; count++) await run.addAnswerSpeed({ loadId, actual: [], ...speed(count) });
  // The load is forgotten already: its answer is no error.
  await run.addAnswerSpeed({ loadId: ids[0] ?? 0, actual: [], ...speed(1) });
  const records = await run.listLoads({});
  expect(records.map(({ id }) => id)).toEqual(ids.slice(3).reverse());
  expect(records[0]?.speeds).toEqual(Array.from({ length: 30 }, (_, index) => speed(index + 5)));
});

test('the notes of an answer are kept with it', async () => {
  const { run } = openStore();
  const { id: chatId } = await run.createChat({ title: 't', modelId: null, settings: chatDefaults, now: 1 });
  const { answer } = await run.addTurn({ chatId, text: 'Hello', modelName: null, now: 2 });
  expect(answer.notes).toEqual([]);
  const written = { messageId: answer.id, text: 'Hi', reasoning: '', stats: null, problem: null };
  const notes = ['The context was halved.'];
  expect((await run.finishAnswer({ ...written, status: 'complete', notes })).notes).toEqual(notes);
  expect((await run.finishAnswer({ ...written, status: 'complete' })).notes).toEqual(notes);
});
