import { describe, expect, it } from 'vitest';
import { repositoryPageSchema } from '../../../src-main/contract/discover.contract.ts';
import { readRepositoryPage } from '../../../src-main/services/discover/repository-page.ts';
import { Egress } from '../../../src-main/services/hub/egress/egress.ts';
import { onHub, status } from '../../helpers/hub/faults.ts';
import { HubServer, TOKEN, type HubRepositoryFixture } from '../../helpers/hub/hub-server.ts';
import { servedBytes } from '../../helpers/hub/served-file.ts';

const file = (path: string, sizeBytes: number) => servedBytes(path, Buffer.alloc(sizeBytes, path));

const fixture: HubRepositoryFixture = {
  id: 'owner/Model-GGUF',
  licence: 'apache-2.0',
  card: '\n# The model\n\n<!-- for the Hub alone -->Good at **chats**.\n',
  files: [
    file('Model-Q8_0.gguf', 800),
    file('Model-Q4_K_M.gguf', 400),
    file('BF16/Model-BF16-00001-of-00002.gguf', 700),
    file('config.json', 20),
  ],
  figures: {
    downloads: 10,
    likes: 3,
    lastModified: '2026-10-02T00:00:00.000Z',
    baseModel: 'maker/Model',
    gguf: { total: 7e9, architecture: 'llama', context_length: 4096 },
  },
};

async function pageOf(hub: HubServer, token?: string, id = fixture.id) {
  const page = await readRepositoryPage(
    new Egress({ endpoint: hub.endpoint, silenceMs: 500, token: () => token }),
    id,
  );
  return repositoryPageSchema.parse(page);
}

describe('the page of a repository', () => {
  it('tells all in two requests, the card without its front matter', async () => {
    await using hub = await HubServer.start(fixture);
    expect(await pageOf(hub)).toEqual({
      repository: 'owner/Model-GGUF',
      downloads: 10,
      likes: 3,
      updatedAt: Date.UTC(2026, 9, 2),
      licence: 'apache-2.0',
      isGated: false,
      parameters: 7e9,
      architecture: 'llama',
      trainedContext: 4096,
      baseModel: 'maker/Model',
      commit: hub.commit,
      url: `${hub.endpoint.href}owner/Model-GGUF`,
      models: [
        { path: 'Model-Q4_K_M.gguf', level: 'Q4_K_M', sizeBytes: 400, parts: 1, missingParts: 0 },
        {
          path: 'BF16/Model-BF16-00001-of-00002.gguf',
          level: 'BF16',
          sizeBytes: 700,
          parts: 2,
          missingParts: 1,
        },
        { path: 'Model-Q8_0.gguf', level: 'Q8_0', sizeBytes: 800, parts: 1, missingParts: 0 },
      ],
      files: [
        { path: '.gitattributes', sizeBytes: 1519 },
        { path: 'BF16/Model-BF16-00001-of-00002.gguf', sizeBytes: 700 },
        { path: 'Model-Q4_K_M.gguf', sizeBytes: 400 },
        { path: 'Model-Q8_0.gguf', sizeBytes: 800 },
        { path: 'README.md', sizeBytes: expect.any(Number) as number },
        { path: 'config.json', sizeBytes: 20 },
      ],
      fileCount: 6,
      card: { text: '# The model\n\nGood at **chats**.', isCut: false },
      cardProblem: null,
    });
    expect(hub.requests.map(({ path }) => path.replace(hub.commit, 'COMMIT'))).toEqual([
      '/api/models/owner/Model-GGUF',
      '/owner/Model-GGUF/resolve/COMMIT/README.md',
      '/api/resolve-cache/models/owner/Model-GGUF/COMMIT/README.md',
    ]);
  });

  it('is there for a repository without models or card', async () => {
    await using hub = await HubServer.start({ id: 'owner/Other', files: [file('model.safetensors', 5)] });
    expect(await pageOf(hub, undefined, 'owner/Other')).toMatchObject({
      models: [],
      card: null,
      cardProblem: null,
    });
  });

  it('is there for a gated repository; its card wants a token', async () => {
    await using hub = await HubServer.start({ ...fixture, gated: 'manual' });
    const closed = await pageOf(hub);
    expect(closed).toMatchObject({ isGated: true, card: null, cardProblem: { code: 'hub.gated' } });
    expect(closed.models).toHaveLength(3);
    expect((await pageOf(hub, TOKEN)).card?.text).toMatch(/^# The model/);
  });

  it('is there when the card cannot be read', async () => {
    await using hub = await HubServer.start(fixture);
    hub.fault = onHub(/README/, (response) => status(503)(null, response));
    expect(await pageOf(hub)).toMatchObject({ card: null, cardProblem: { code: 'hub.unreachable' } });
    hub.fault = onHub(/README/, (response) => {
      response.writeHead(200);
      const more = () => void response.write(Buffer.alloc(1024 * 1024, 'x'), more);
      more();
    });
    expect(await pageOf(hub)).toMatchObject({ card: null, cardProblem: { code: 'hub.badAnswer' } });
  });

  it('is found where the repository is now', async () => {
    await using hub = await HubServer.start(
      { id: 'old/Model-GGUF', files: [], renamedTo: fixture.id },
      fixture,
    );
    expect((await pageOf(hub, undefined, 'old/Model-GGUF')).repository).toBe(fixture.id);
  });

  it('leaves out files that no folder should see, and lists the first of very many', async () => {
    const files = Array.from({ length: 700 }, (_, index) => file(`f${String(index).padStart(3, '0')}`, 1));
    await using hub = await HubServer.start({
      ...fixture,
      files: [...fixture.files, ...files, file('../up.gguf', 9), file('a\u202eb', 9)],
    });
    const { files: listed, fileCount } = await pageOf(hub);
    expect([listed.length, fileCount]).toEqual([500, 706]);
    expect(listed.some(({ path }) => path.includes('..') || path.includes('\u202e'))).toBe(false);
  });
});
