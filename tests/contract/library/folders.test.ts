import { appendFile, link, mkdir, rename, rm, symlink, truncate, utimes } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { writeModel, writePart } from '../../helpers/model-files.ts';
import { LibraryApp, nextEvent, temporaryFolder } from './library-app.ts';

const longAgo = new Date(2025, 1, 1);

describe('folders of models', () => {
  it('are listed with everything below them, split files as one, and forgotten when they are removed', async () => {
    const library = await LibraryApp.open();
    const folder = library.path('models');
    await writeModel(library.path('models/a-Q4_0.gguf'), 'First');
    await writeModel(library.path('models/deeper/still/b.GGUF'), 'Second');
    for (const part of [1, 2, 3]) {
      await writePart(library.path(`models/split/big-Q8_0-0000${part}-of-00003.gguf`), part, 3);
    }
    await writeModel(library.path('models/.hidden/c.gguf'), 'Hidden');
    await library.client.models.addFolder({ path: folder });
    const models = await library.models();
    expect(models.map(({ name, fileCount, level }) => [name, fileCount, level]).sort()).toEqual([
      ['First', 1, 'Q4_0'],
      ['Second', 1, null],
      ['big-Q8_0', 3, 'Q8_0'],
    ]);
    expect(models.every(({ source, available }) => source === 'folder' && available)).toBe(true);
    const { folders } = await library.client.models.library();
    expect(folders.find(({ path }) => path === folder)).toMatchObject({
      kind: 'added',
      state: 'here',
      models: 3,
    });

    await library.client.models.removeFolder({ path: folder });
    expect(await library.names()).toEqual([]);
  });

  it('change by themselves: what is copied in appears, what is deleted disappears', async () => {
    const library = await LibraryApp.open();
    await mkdir(library.path('models'));
    await library.client.models.addFolder({ path: library.path('models') });
    expect(await library.names()).toEqual([]);
    const leave = new AbortController();
    const events = await library.client.live.events(undefined, { signal: leave.signal });
    const path = await writeModel(library.path('models/new/a.gguf'), 'Arrived');
    const has = (name: string) =>
      nextEvent(events, 'models', (event) => event.models.some((model) => model.name === name));
    await has('Arrived');
    await rm(path);
    await nextEvent(events, 'models', ({ models }) => models.every(({ name }) => name !== 'Arrived'));
    leave.abort();
  });

  it('keep a model that comes back the same: its id, its chats and the name it was given', async () => {
    const library = await LibraryApp.open();
    const path = await writeModel(library.path('models/a.gguf'), 'Mine');
    await writeModel(library.path('models/b.gguf'), 'Other');
    await library.client.models.addFolder({ path: library.path('models') });
    const [{ id } = { id: 0 }] = (await library.models()).filter(({ name }) => name === 'Mine');
    await library.client.models.rename({ modelId: id, name: 'My favourite' });
    const { id: chatId } = await library.client.chats.create({ modelId: id });
    await rename(path, library.path('elsewhere.gguf'));
    await library.client.models.rescan();
    expect(await library.names()).toEqual(['Other']);
    await rename(library.path('elsewhere.gguf'), path);
    await library.client.models.rescan();
    expect((await library.models()).find((model) => model.id === id)).toMatchObject({
      name: 'My favourite',
      renamed: true,
    });
    expect((await library.client.chats.get({ chatId })).chat.modelId).toBe(id);
    expect(await library.client.models.rename({ modelId: id, name: null })).toMatchObject({
      name: 'Mine',
      renamed: false,
    });
  });

  it('that vanish mark their models as away, and they come back with them', async () => {
    const library = await LibraryApp.open();
    await writeModel(library.path('media/usb/a.gguf'), 'On the stick');
    await library.client.models.addFolder({ path: library.path('media/usb') });
    expect(await library.names()).toEqual(['On the stick']);
    const leave = new AbortController();
    const events = await library.client.live.events(undefined, { signal: leave.signal });
    await rename(library.path('media/usb'), library.path('unplugged'));
    const isAvailable = (wanted: boolean) =>
      nextEvent(events, 'models', ({ models }) =>
        models.some(({ name, available }) => name === 'On the stick' && available === wanted),
      );
    await isAvailable(false);
    expect((await library.client.models.library()).folders.at(-1)).toMatchObject({
      state: 'away',
      models: 1,
    });
    await rename(library.path('unplugged'), library.path('media/usb'));
    await isAvailable(true);
    leave.abort();
  });

  it('that are empty may be the place of a disk that is not connected', async () => {
    const library = await LibraryApp.open();
    const path = await writeModel(library.path('mount/a.gguf'), 'On a disk');
    await library.client.models.addFolder({ path: library.path('mount') });
    expect(await library.names()).toEqual(['On a disk']);
    await rm(path);
    await library.client.models.rescan();
    const [model] = await library.models();
    expect(model).toMatchObject({ name: 'On a disk', available: false });
    await library.client.models.forget({ modelId: model?.id ?? 0 });
    expect(await library.names()).toEqual([]);
  });

  it('are in the index at the next start, before anything is looked at', async () => {
    const folder = await temporaryFolder();
    const first = await LibraryApp.open({ folder });
    await writeModel(first.path('models/a.gguf'), 'Kept');
    await first.client.models.addFolder({ path: first.path('models') });
    expect(await first.names()).toEqual(['Kept']);
    await first.app.dispose();
    await writeModel(first.path('models/b.gguf'), 'Arrived meanwhile');
    const second = await LibraryApp.open({ folder });
    expect((await second.client.models.list()).map(({ name }) => name)).toContain('Kept');
    expect(await second.names()).toEqual(['Arrived meanwhile', 'Kept']);
  });

  it('may lie within each other, and be reached by links, without listing anything twice', async () => {
    const library = await LibraryApp.open();
    await writeModel(library.path('models/inner/a.gguf'), 'Once');
    await symlink(library.path('models'), library.path('models/inner/loop'));
    await symlink(library.path('models/inner'), library.path('linked'));
    for (const name of ['models', 'models/inner', 'linked']) {
      await library.client.models.addFolder({ path: library.path(name) });
    }
    expect(await library.names()).toEqual(['Once']);
    await library.client.models.removeFolder({ path: library.path('models') });
    expect(await library.names()).toEqual(['Once']);
    await library.client.models.removeFolder({ path: library.path('models/inner') });
    expect(await library.names()).toEqual([]);
  });

  it('that are no folders are refused with the reason', async () => {
    const library = await LibraryApp.open();
    const file = await writeModel(library.path('a.gguf'), 'A file');
    const add = (path: string) => library.client.models.addFolder({ path });
    await expect(add(file)).rejects.toMatchObject({
      data: { code: 'library.notFolder', why: 'It is a file.' },
    });
    await expect(add(library.path('nowhere'))).rejects.toMatchObject({ data: { code: 'library.notFolder' } });
  });
});

describe('files that are no models', () => {
  it('are named with what is wrong, once they are not being written any more', async () => {
    const library = await LibraryApp.open();
    const broken = await writeModel(library.path('models/broken.gguf'), 'Broken');
    await truncate(broken, 500);
    await utimes(broken, longAgo, longAgo);
    const growing = await writeModel(library.path('models/growing.gguf'), 'Growing');
    await truncate(growing, 500);
    await library.client.models.addFolder({ path: library.path('models') });
    expect(await library.names()).toEqual([]);
    const { refused, refusedCount } = await library.client.models.library();
    expect(refusedCount).toBe(1);
    expect(refused).toMatchObject([{ path: broken, problem: { code: 'model.truncated' } }]);
    await writeModel(broken, 'Mended');
    await library.client.models.rescan();
    expect(await library.names()).toEqual(['Mended']);
    expect((await library.client.models.library()).refusedCount).toBe(0);
  });

  it('of a model that was changed into one are not listed any more', async () => {
    const library = await LibraryApp.open();
    const path = await writeModel(library.path('models/a.gguf'), 'Good');
    await writeModel(library.path('models/b.gguf'), 'Other');
    await library.client.models.addFolder({ path: library.path('models') });
    expect(await library.names()).toEqual(['Good', 'Other']);
    await truncate(path, 100);
    await utimes(path, longAgo, longAgo);
    await library.client.models.rescan();
    expect(await library.names()).toEqual(['Other']);
  });

  it('miss a part: the model is listed when the part has come', async () => {
    const library = await LibraryApp.open();
    const first = await writePart(library.path('models/m-00001-of-00002.gguf'), 1, 2);
    await utimes(first, longAgo, longAgo);
    await library.client.models.addFolder({ path: library.path('models') });
    expect(await library.names()).toEqual([]);
    expect((await library.client.models.library()).refused).toMatchObject([
      { problem: { code: 'model.partMissing' } },
    ]);
    await writePart(library.path('models/m-00002-of-00002.gguf'), 2, 2);
    await library.client.models.rescan();
    expect(await library.models()).toMatchObject([{ fileCount: 2, path: first }]);
  });
});

describe('one file by several names', () => {
  it('is found by hard links and links, without being read', async () => {
    const library = await LibraryApp.open();
    const path = await writeModel(library.path('models/a.gguf'), 'A');
    await link(path, library.path('models/b.gguf'));
    await symlink(path, library.path('models/c.gguf'));
    await writeModel(library.path('models/copy.gguf'), 'A');
    await library.client.models.addFolder({ path: library.path('models') });
    const models = await library.models();
    const idOf = (name: string) => models.find((model) => model.path.endsWith(`/${name}`))?.id ?? 0;
    const same = (name: string) =>
      models.find((model) => model.path.endsWith(`/${name}`))?.sameFileAs.toSorted();
    expect(same('a.gguf')).toEqual([idOf('b.gguf'), idOf('c.gguf')].sort());
    expect(same('copy.gguf')).toEqual([]);
    const removal = await library.client.models.removal({ modelId: idOf('a.gguf') });
    expect(removal).toMatchObject({ freedBytes: 0, refusal: null });
    await rm(library.path('models/b.gguf'));
    await appendFile(library.path('models/a.gguf'), new Uint8Array(32));
    await library.client.models.rescan();
    await library.models();
    const { freedBytes, sizeBytes } = await library.client.models.removal({ modelId: idOf('a.gguf') });
    expect(freedBytes).toBe(sizeBytes);
  });
});
