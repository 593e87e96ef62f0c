import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cannotMount, mountSmallDisk } from '../../store/small-disk.ts';
import { servedModel } from '../../helpers/downloads/served-model.ts';
import { ModelsFolder, runTransfer } from '../../helpers/downloads/transfers.ts';
import { HubServer } from '../../helpers/hub/hub-server.ts';

const MIB = 1024 * 1024;
const file = await servedModel('Model-F16.gguf', 12);

/** A models folder on a disk of its own. */
function folderOn(disk: string): ModelsFolder {
  const folder = new ModelsFolder();
  rmSync(folder.path, { recursive: true });
  return Object.assign(folder, { path: disk });
}

describe.skipIf(cannotMount)('a small disk', () => {
  it('is looked at before the first byte is fetched', async () => {
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [file] });
    const folder = folderOn(mountSmallDisk(8 * 1024));
    const result = await runTransfer({ hub, file, folder });
    expect(result).toContain('download.noSpace: 13 MiB are needed, 8 MiB are free');
    expect(hub.sentBytes).toBeLessThan(MIB);
  });

  it('that others fill meanwhile stops the download, which goes on when there is room again', async () => {
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [file] });
    const disk = mountSmallDisk(16 * 1024);
    const folder = folderOn(disk);
    hub.connectionBytesPerSecond = 4 * MIB;
    const other = join(disk, 'other');
    hub.fault = ({ server, count }) => {
      // Once all connections have begun.
      if (server === 'storage' && count === 5) writeFileSync(other, Buffer.alloc(10 * MIB));
      return false;
    };
    expect(await runTransfer({ hub, file, folder })).toContain('download.noSpace');
    expect(existsSync(folder.target(file))).toBe(false);
    const partBytes = statSync(`${folder.target(file)}.part`).blocks * 512;
    expect(partBytes).toBeGreaterThan(MIB);
    rmSync(other);
    hub.fault = null;
    hub.requests.length = 0;
    hub.connectionBytesPerSecond = null;
    expect(await runTransfer({ hub, file, folder })).toBe('done');
    expect(folder.read(file)?.equals(file.bytes)).toBe(true);
    expect(hub.sentBytes).toBeLessThan(file.sizeBytes);
  });
});

describe('a models folder', () => {
  it('that vanishes is named, and there is no file', async () => {
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [file] });
    using folder = new ModelsFolder();
    hub.connectionBytesPerSecond = 2 * MIB;
    hub.fault = ({ server, count }) => {
      if (server === 'storage' && count === 5) rmSync(folder.path, { recursive: true });
      return false;
    };
    expect(await runTransfer({ hub, file, folder })).toMatch(
      /download\.folder: The folder is not there any more/,
    );
    expect(existsSync(folder.target(file))).toBe(false);
  });

  it('that is a file is named', async () => {
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [file] });
    using folder = new ModelsFolder();
    writeFileSync(join(folder.path, 'owner'), '');
    expect(await runTransfer({ hub, file, folder })).toMatch(/download\.folder/);
  });

  it('with another file in the place keeps that one', async () => {
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [file] });
    using folder = new ModelsFolder();
    hub.fault = ({ server, count }) => {
      if (server === 'storage' && count === 3) writeFileSync(folder.target(file), 'mine');
      return false;
    };
    expect(await runTransfer({ hub, file, folder })).toMatch(/download\.taken/);
    expect(folder.read(file)?.toString()).toBe('mine');
  });

  it('in which the file lies already is left as it is', async () => {
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [file] });
    using folder = new ModelsFolder();
    expect(await runTransfer({ hub, file, folder })).toBe('done');
    hub.requests.length = 0;
    expect(await runTransfer({ hub, file, folder })).toBe('done');
    expect(hub.requests).toEqual([]);
  });
});
