import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Scanner } from '../../../src-main/services/library/scanner.ts';
import { LibraryThread } from '../../../src-main/services/library/worker/library-thread.ts';
import { silentLogger } from '../../../src-main/services/logging/logger.ts';
import { Store } from '../../../src-main/services/store/store.ts';
import { writeModel } from '../../helpers/model-files.ts';
import { temporaryFolder } from './library-app.ts';

it('a place that is added while the watching begins is looked at too', async () => {
  const folder = await temporaryFolder();
  const store = new Store({ dataDir: join(folder, 'data') });
  const places = ['first', 'second'].map((name) => ({
    path: join(folder, name),
    source: 'folder' as const,
  }));
  const [first, second] = places as [(typeof places)[0], (typeof places)[0]];
  await mkdir(first.path);
  await writeModel(join(second.path, 'model.gguf'), 'Added in between');

  const watchBegins = Promise.withResolvers<undefined>();
  const watchGoesOn = Promise.withResolvers<undefined>();
  class SlowToWatch extends LibraryThread {
    override async call(...[name, ...rest]: Parameters<LibraryThread['call']>) {
      if (name === 'watch') {
        watchBegins.resolve(undefined);
        await watchGoesOn.promise;
      }
      return super.call(name, ...rest) as Promise<never>;
    }
  }
  const scanner = new Scanner({
    store,
    log: silentLogger,
    openThread: (onChanged) => new SlowToWatch({ log: silentLogger, onChanged }),
    onChange: () => undefined,
  });
  onTestFinished(async () => {
    await scanner.close();
    await store.close();
  });

  await scanner.setPlaces([first]);
  await watchBegins.promise;
  await scanner.setPlaces(places);
  watchGoesOn.resolve(undefined);
  await scanner.settled();
  expect((await store.run.listModels({})).map(({ name }) => name)).toEqual(['Added in between']);
});
