import { expect, test } from 'vitest';
import { describeProblem } from '../../../src-main/contract/problem.ts';
import { openStore, temporaryFolder } from '../helpers.ts';
import { schemaOf, writeDatabaseOf } from './fixtures.ts';

test('30 indexes the settled messages that are there', async () => {
  const dataDir = temporaryFolder();
  await expect(schemaOf(writeDatabaseOf(30, dataDir))).toMatchFileSnapshot('schema-0030.sql');
  const { run } = openStore(dataDir);
  const found = async (query: string) => {
    const hits = await run.searchMessages({ query, limit: 10 });
    return hits.map(({ messageId }) => messageId);
  };
  expect(await found('old')).toEqual([2, 1]);
  expect(await found('half')).toEqual([]);
  await run.interruptUnfinished({ problem: describeProblem('internal') });
  expect(await found('half')).toEqual([4]);
});
