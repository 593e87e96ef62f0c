import { cp, mkdtemp, realpath, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { noteBuiltInModel } from '../../../src-main/services/library/built-in-model.ts';
import { ModelFileCache } from '../../../src-main/services/library/model-file-cache.ts';
import type { ModelFile } from '../../../src-main/services/library/model-file.ts';
import { Store } from '../../../src-main/services/store/store.ts';
import { builtInModelPath } from '../../helpers/synthetic-gguf.ts';

class CountingCache extends ModelFileCache {
  opened = 0;

  override open(path: string): Promise<ModelFile> {
    this.opened += 1;
    return super.open(path);
  }
}

test('the built-in model is read the first time and when its file is another one', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'nibble-built-in-')));
  const store = new Store({ dataDir: join(folder, 'data') });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  const builtInPath = join(folder, 'tiny.gguf');
  await cp(builtInModelPath, builtInPath);
  const files = new CountingCache();
  const note = () => noteBuiltInModel({ store, files, builtInPath });

  await note();
  await note();
  expect(files.opened).toBe(1);
  await utimes(builtInPath, new Date(), new Date(2026, 0, 1));
  await note();
  await note();
  expect(files.opened).toBe(2);
  expect(await store.run.listModels({})).toMatchObject([{ path: builtInPath, builtIn: true, state: 'here' }]);

  await rm(builtInPath);
  await expect(note()).rejects.toMatchObject({ problem: { code: 'model.notFound' } });
});
