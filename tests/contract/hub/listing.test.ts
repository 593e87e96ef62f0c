import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../src-main/contract/problem.ts';
import { Egress } from '../../../src-main/services/hub/egress/egress.ts';
import { HubClient, type HubRepository } from '../../../src-main/services/hub/hub-client.ts';
import { RemoteHeaders } from '../../../src-main/services/hub/headers/remote-headers.ts';
import { parseHubReference } from '../../../src-main/services/hub/reference.ts';
import { onHub, status } from '../../helpers/hub/faults.ts';
import { HubServer, TOKEN, type Fault, type HubRepositoryFixture } from '../../helpers/hub/hub-server.ts';
import { servedBytes } from '../../helpers/hub/served-file.ts';

const file = (path: string, sizeBytes = 100) => servedBytes(path, Buffer.alloc(sizeBytes, path));
const fixture: HubRepositoryFixture = {
  id: 'owner/Model-GGUF',
  licence: 'apache-2.0',
  files: [
    file('README.md'),
    file('Model-Q8_0.gguf', 800),
    file('Model-Q4_K_M.gguf', 400),
    file('BF16/Model-BF16-00002-of-00002.gguf', 900),
    file('BF16/Model-BF16-00001-of-00002.gguf', 700),
    file('Model-F16-00001-of-00003.gguf', 999),
  ],
};

function clientOf(hub: HubServer, token?: string): HubClient {
  return new HubClient(new Egress({ endpoint: hub.endpoint, silenceMs: 1000, token: () => token }));
}

async function list(hub: HubServer, reference = 'hf:owner/Model-GGUF'): Promise<HubRepository> {
  return clientOf(hub).repository(parseHubReference(reference));
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProblemError)) throw new Error('no problem', { cause: error });
  return `${error.problem.code}: ${error.problem.why}`;
}

describe('a repository', () => {
  it('is listed in one request, parts of a model as one', async () => {
    await using hub = await HubServer.start(fixture);
    const { models, ...rest } = await list(hub);
    expect(rest).toEqual({
      id: 'owner/Model-GGUF',
      commit: hub.commit,
      licence: 'apache-2.0',
      isGated: false,
    });
    expect(
      models.map(({ path, level, sizeBytes, parts, missingParts }) => [
        path,
        level,
        sizeBytes,
        parts.length,
        missingParts,
      ]),
    ).toEqual([
      ['Model-Q4_K_M.gguf', 'Q4_K_M', 400, 1, []],
      ['Model-Q8_0.gguf', 'Q8_0', 800, 1, []],
      [
        'Model-F16-00001-of-00003.gguf',
        'F16',
        999,
        1,
        ['Model-F16-00002-of-00003.gguf', 'Model-F16-00003-of-00003.gguf'],
      ],
      ['BF16/Model-BF16-00001-of-00002.gguf', 'BF16', 1600, 2, []],
    ]);
    const [smallest] = models;
    expect(smallest?.parts).toEqual([
      { path: 'Model-Q4_K_M.gguf', sizeBytes: 400, sha256: fixture.files[2]?.sha256, commit: hub.commit },
    ]);
    expect(hub.requests).toHaveLength(1);
  });

  it('gives one level when asked for it', async () => {
    await using hub = await HubServer.start(fixture);
    const { models } = await list(hub, 'hf:owner/Model-GGUF:q8_0');
    expect(models.map(({ path }) => path)).toEqual(['Model-Q8_0.gguf']);
    expect(await problemOf(list(hub, 'hf:owner/Model-GGUF:Q2_K'))).toBe(
      'hub.noLevel: Its levels are Q4_K_M, Q8_0, F16, BF16.',
    );
  });

  it('that moved is found where it is now', async () => {
    await using hub = await HubServer.start(
      { id: 'old/Model-GGUF', files: [], renamedTo: fixture.id },
      fixture,
    );
    expect(await list(hub, 'hf:old/Model-GGUF')).toMatchObject({ id: fixture.id, models: expect.anything() });
  });

  it('is listed from its tree, page by page, where a mirror leaves sizes out', async () => {
    const files = Array.from({ length: 120 }, (_, index) =>
      file(`folder ä/Model ${index}.gguf`, 100 + index),
    );
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files, withoutBlobs: true });
    const { models } = await list(hub);
    expect(models.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual(
      files.map(({ path, sizeBytes }) => [path, sizeBytes]),
    );
    expect(hub.requests.map(({ path }) => path.replace(hub.commit, 'COMMIT'))).toEqual([
      '/api/models/owner/Model-GGUF',
      ...Array<string>(3).fill('/api/models/owner/Model-GGUF/tree/COMMIT'),
    ]);
  });

  it('with names that lead elsewhere is listed without them', async () => {
    const hostile = [
      '../up.gguf',
      '/absolute.gguf',
      'a/../../b.gguf',
      'C:\\x.gguf',
      'line\nbreak.gguf',
      'turn\u202e.gguf',
      './x.gguf',
      '.. /x.gguf',
      'CON./x.gguf',
      'a//b.gguf',
    ];
    await using hub = await HubServer.start({
      id: 'owner/Model-GGUF',
      files: [...hostile, 'good.gguf'].map((path) => file(path)),
    });
    expect((await list(hub)).models.map(({ path }) => path)).toEqual(['good.gguf']);
  });
});

describe('a repository that cannot be listed is named as', () => {
  const refused: [string, Fault, string][] = [
    [
      'missing',
      onHub(/api/, (response) => void response.writeHead(404).end()),
      'hub.notFound: It does not exist, it was renamed or deleted, or it is private.',
    ],
    [
      'private or missing',
      onHub(/api/, (response) => void response.writeHead(401).end()),
      'hub.notFound: It does not exist, it was renamed or deleted, or it is private.',
    ],
    [
      'gated',
      onHub(/api/, (response) => void response.writeHead(403, { 'x-error-code': 'GatedRepo' }).end()),
      'hub.gated: Their owner wants to know who reads them, and no token is set.',
    ],
    [
      'in trouble',
      onHub(/api/, (response) => status(500)(null, response)),
      'hub.unreachable: It has trouble of its own (500).',
    ],
    ['cut', onHub(/api/, (response) => void response.destroy()), 'hub.unreachable: The connection was cut.'],
    ['silent', onHub(/api/, () => undefined), 'hub.unreachable: Nothing came from it for 1 seconds.'],
    [
      'a web page',
      onHub(/api/, (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')),
      'hub.badAnswer: It is not what the Hub answers to a question for a repository.',
    ],
    [
      'something else',
      onHub(/api/, (response) => void response.writeHead(200).end('{"siblings":[],"sha":"../x"}')),
      'hub.badAnswer: It is not what the Hub answers to a question for a repository.',
    ],
    [
      'another repository altogether',
      onHub(
        /api/,
        (response) => void response.writeHead(200).end('{"id":"../../x","siblings":[],"sha":"c0ffee0"}'),
      ),
      'hub.badAnswer: The name of the repository is not one that the Hub allows.',
    ],
    [
      'endless',
      onHub(/api/, (response) => {
        response.writeHead(200);
        const more = () => void response.write(Buffer.alloc(1024 * 1024, ' '), more);
        more();
      }),
      'hub.badAnswer: It sent more than 16777216 bytes.',
    ],
    [
      'sent elsewhere',
      onHub(/api/, (response) => void response.writeHead(302, { location: 'https://example.com/' }).end()),
      'hub.badAnswer: It answered with status 302.',
    ],
  ];
  it.each(refused)('%s', async (_, fault, expected) => {
    await using hub = await HubServer.start(fixture);
    hub.fault = fault;
    expect(await problemOf(list(hub))).toBe(expected);
  });

  it('without models', async () => {
    await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [file('model.safetensors')] });
    expect(await problemOf(list(hub))).toBe('hub.noModels: Its model is stored in another format.');
  });

  it('unknown', async () => {
    await using hub = await HubServer.start(fixture);
    expect(await problemOf(list(hub, 'hf:owner/Other'))).toBe(
      'hub.notFound: It does not exist, it was renamed or deleted, or it is private.',
    );
  });

  it('asking to wait, and for how long', async () => {
    await using hub = await HubServer.start(fixture);
    hub.fault = onHub(
      /api/,
      (response) => void response.writeHead(429, { ratelimit: '"api";r=0;t=55' }).end(),
    );
    const error: unknown = await list(hub).catch((reason: unknown) => reason);
    expect((error as ProblemError).problem.todo).toBe('Try again in 55 seconds.');
  });

  it('unreachable, where nothing listens', async () => {
    const hub = await HubServer.start(fixture);
    await hub[Symbol.asyncDispose]();
    const client = new HubClient(new Egress({ endpoint: hub.endpoint }));
    expect(await problemOf(client.repository(parseHubReference('hf:owner/Model-GGUF')))).toBe(
      'hub.unreachable: It refuses connections.',
    );
  });
});

describe('a gated repository', () => {
  const gated: HubRepositoryFixture = { ...fixture, gated: 'manual' };

  it('is listed for everybody; its files want a token, which no other host gets to see', async () => {
    await using hub = await HubServer.start(gated);
    const problems = [];
    for (const token of [undefined, 'hf_of_somebody_else', TOKEN]) {
      const client = clientOf(hub, token);
      const repository = await client.repository(parseHubReference('hf:owner/Model-GGUF:Q8_0'));
      expect(repository.isGated).toBe(true);
      const [model] = repository.models;
      if (!model) throw new Error('no model');
      problems.push(await problemOf(new RemoteHeaders(client).read(repository, model)));
    }
    expect(problems).toEqual([
      'hub.gated: Their owner wants to know who reads them, and no token is set.',
      'hub.gated: The token that is set may not read them.',
      // Past the gate: the file is read, and is no model.
      'model.notGguf: A GGUF file starts with the letters GGUF; this one starts with "Mode".',
    ]);
    const toStorage = hub.requests.filter(({ server }) => server === 'storage');
    expect(toStorage).toHaveLength(1);
    expect(toStorage[0]?.headers.authorization).toBeUndefined();
  });
});

describe('the list of requests', () => {
  it('tells all that left, without what opens signed addresses', async () => {
    await using hub = await HubServer.start(fixture);
    const client = clientOf(hub);
    const repository = await client.repository(parseHubReference('hf:owner/Model-GGUF:Q8_0'));
    await new RemoteHeaders(client).readAll(repository);
    expect(
      client.egress.log.records.map(({ host, path, status: code, receivedBytes }) => [
        host,
        path,
        code,
        receivedBytes,
      ]),
    ).toEqual([
      [hub.endpoint.host, '/api/models/owner/Model-GGUF', 200, expect.any(Number)],
      [
        hub.endpoint.host,
        `/owner/Model-GGUF/resolve/${hub.commit}/Model-Q8_0.gguf`,
        302,
        'Found. Redirecting'.length,
      ],
      [new URL(hub.storageOrigin).host, `/xet-bridge/${fixture.files[1]?.sha256}`, 206, 800],
    ]);
    const told = hub.requests[0]?.headers ?? {};
    expect(Object.keys(told).toSorted()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(told['user-agent']).toBe('Nibble');
  });

  it('grows by more than the connections do', async () => {
    await using hub = await HubServer.start(fixture);
    const client = clientOf(hub);
    const headers = new RemoteHeaders(client);
    for (let time = 0; time < 8; time++) {
      await headers.readAll(await client.repository(parseHubReference('hf:owner/Model-GGUF:Q8_0')));
    }
    expect(hub.requests).toHaveLength(8 * 3);
    // One for each server, and one more where a request begins before the last byte before it is settled.
    expect(hub.connections).toBeLessThanOrEqual(4);
  });
});
