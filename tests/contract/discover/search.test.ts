import { describe, expect, it } from 'vitest';
import type { FoundRepository } from '../../../src-main/contract/discover.contract.ts';
import { ProblemError } from '../../../src-main/contract/problem.ts';
import { Egress } from '../../../src-main/services/hub/egress/egress.ts';
import { searchHub, type SearchQuestion } from '../../../src-main/services/hub/search.ts';
import { onHub, status } from '../../helpers/hub/faults.ts';
import { HubServer, TOKEN, type Fault, type HubRepositoryFixture } from '../../helpers/hub/hub-server.ts';

const question: SearchQuestion = { words: '', sort: 'trend', limit: 30 };

/** Sixty repositories, each more liked but less downloaded than the one before. */
const repositories = Array.from({ length: 60 }, (_, index): HubRepositoryFixture => {
  const made = new Date(Date.UTC(2026, 0, 1 + ((index * 7) % 60)));
  return {
    id: `owner${index % 3}/Model-${index}-GGUF`,
    files: [],
    licence: 'apache-2.0',
    ...(index === 5 && { gated: 'manual' as const }),
    figures: {
      downloads: 6000 - index * 100,
      likes: index,
      trendingScore: index,
      lastModified: made.toISOString(),
      baseModel: `maker/Model-${index}`,
      gguf: { total: 1e9 + index, architecture: 'llama', context_length: 8192, chat_template: '{{ x }}' },
    },
  };
});

function egressOf(hub: HubServer, token?: string): Egress {
  return new Egress({ endpoint: hub.endpoint, silenceMs: 500, token: () => token });
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProblemError)) throw new Error('no problem', { cause: error });
  return `${error.problem.code}: ${error.problem.why}`;
}

describe('a search', () => {
  it.each([
    ['trend', ['owner2/Model-59-GGUF', 'owner1/Model-58-GGUF']],
    ['downloads', ['owner0/Model-0-GGUF', 'owner1/Model-1-GGUF']],
    ['date', ['owner2/Model-17-GGUF', 'owner1/Model-34-GGUF']],
  ] as const)('is sorted by %s', async (sort, first) => {
    await using hub = await HubServer.start(...repositories);
    const { found } = await searchHub(egressOf(hub), { ...question, sort, limit: 2 });
    expect(found.map(({ repository }) => repository)).toEqual(first);
  });

  it('tells of each repository what a person wants to know', async () => {
    await using hub = await HubServer.start(...repositories);
    const { found, next } = await searchHub(egressOf(hub), { ...question, words: ' model-5- ' });
    expect(found).toEqual([
      {
        repository: 'owner2/Model-5-GGUF',
        downloads: 5500,
        likes: 5,
        updatedAt: Date.UTC(2026, 1, 5),
        licence: 'apache-2.0',
        isGated: true,
        parameters: 1_000_000_005,
        architecture: 'llama',
        trainedContext: 8192,
        baseModel: 'maker/Model-5',
      } satisfies FoundRepository,
    ]);
    expect(next).toBeNull();
  });

  it('is read page by page, each repository once', async () => {
    await using hub = await HubServer.start(...repositories);
    const egress = egressOf(hub);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await searchHub(egress, { ...question, limit: 25, cursor });
      seen.push(...page.found.map(({ repository }) => repository));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
    expect(hub.requests).toHaveLength(3);
  });

  it('that finds nothing is an empty page', async () => {
    await using hub = await HubServer.start(...repositories);
    expect(await searchHub(egressOf(hub), { ...question, words: 'nothing like it' })).toEqual({
      found: [],
      next: null,
    });
  });

  it('stays one question, whatever the words', async () => {
    await using hub = await HubServer.start(...repositories);
    for (const words of ['a&limit=9999', '#x', '../../etc', '%00', 'ä ö', '{"a":1}', '?b=c'])
      await searchHub(egressOf(hub), { ...question, words });
    expect(new Set(hub.requests.map(({ path }) => path))).toEqual(new Set(['/api/models']));
  });

  it('can be given up', async () => {
    await using hub = await HubServer.start(...repositories);
    hub.latencyMs = 5000;
    const abort = new AbortController();
    const search = searchHub(egressOf(hub), question, abort.signal);
    abort.abort(new Error('given up'));
    await expect(search).rejects.toThrow('given up');
  });
});

describe('a listing that is', () => {
  const answer =
    (body: string, headers: Record<string, string> = {}): Fault =>
    (request, response) => {
      if (request.server !== 'hub') return false;
      response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
      return true;
    };

  it('hostile shows what makes sense, and nothing else', async () => {
    const good = { id: 'owner/good', downloads: 1, likes: 2, lastModified: '2026-01-01T00:00:00.000Z' };
    const hostile = [
      good,
      good,
      { id: '../../etc/passwd' },
      { id: 'owner/<script>alert(1)</script>' },
      { id: 'owner/name\u202egnp' },
      { id: `owner/${'a'.repeat(5000)}` },
      { id: 7 },
      null,
      'text',
      [],
      {
        id: 'owner/odd',
        downloads: -1,
        likes: 1e300,
        lastModified: 'yesterday',
        gated: 'whatever',
        tags: ['license:a\u001b[31m\nb', 'base_model:../x', 7],
        cardData: 'no',
        gguf: { total: 'many', architecture: 'a\u0000b'.repeat(100), context_length: 0.5 },
      },
    ];
    await using hub = await HubServer.start();
    hub.fault = answer(JSON.stringify(hostile));
    const { found } = await searchHub(egressOf(hub), question);
    expect(found.map(({ repository }) => repository)).toEqual(['owner/good', 'owner/odd']);
    expect(found[1]).toEqual({
      repository: 'owner/odd',
      downloads: null,
      likes: null,
      updatedAt: null,
      licence: null,
      isGated: true,
      parameters: null,
      architecture: expect.stringMatching(/^(?:a b)+a?…?$/) as string,
      trainedContext: null,
      baseModel: null,
    });
  });

  it('longer than asked for is cut', async () => {
    await using hub = await HubServer.start();
    hub.fault = answer(JSON.stringify(Array.from({ length: 5000 }, (_, index) => ({ id: `o/m${index}` }))));
    expect((await searchHub(egressOf(hub), { ...question, limit: 10 })).found).toHaveLength(10);
  });

  it('continued elsewhere is continued here', async () => {
    await using hub = await HubServer.start(...repositories);
    hub.fault = answer('[{"id":"o/m"}]', { link: '<https://evil.example/api?cursor=abc>; rel="next"' });
    const egress = egressOf(hub);
    const { next } = await searchHub(egress, question);
    expect(next).toBe('abc');
    await searchHub(egress, { ...question, cursor: next ?? '' });
    expect(hub.requests).toHaveLength(2);
  });

  it.each<[string, Fault, string]>([
    ['a web page', answer('<html>'), 'hub.badAnswer: It is not what the Hub answers to a search.'],
    ['an object', answer('{"models":[]}'), 'hub.badAnswer: It is not what the Hub answers to a search.'],
    [
      'refused',
      onHub(/api/, (response) => status(400)(null, response)),
      'hub.badAnswer: It answered with status 400.',
    ],
    [
      'in trouble',
      onHub(/api/, (response) => status(503)(null, response)),
      'hub.unreachable: It has trouble of its own (503).',
    ],
    ['silent', onHub(/api/, () => undefined), 'hub.unreachable: Nothing came from it for 1 seconds.'],
    ['cut', onHub(/api/, (response) => void response.destroy()), 'hub.unreachable: The connection was cut.'],
    [
      'endless',
      onHub(/api/, (response) => {
        response.writeHead(200);
        const more = () => void response.write(Buffer.alloc(1024 * 1024, ' '), more);
        more();
      }),
      'hub.badAnswer: It sent more than 16777216 bytes.',
    ],
  ])('%s is named as such', async (_, fault, expected) => {
    await using hub = await HubServer.start(...repositories);
    hub.fault = fault;
    expect(await problemOf(searchHub(egressOf(hub), question))).toBe(expected);
  });

  it('refused for the token says so', async () => {
    await using hub = await HubServer.start(...repositories);
    hub.fault = onHub(/api/, (response) => status(401)(null, response));
    expect(await problemOf(searchHub(egressOf(hub, TOKEN), question))).toMatch(/^hub\.badToken: /);
    expect(await problemOf(searchHub(egressOf(hub), question))).toMatch(/^hub\.badAnswer: /);
  });

  it('out of reach says what is missing', async () => {
    const hub = await HubServer.start(...repositories);
    await hub[Symbol.asyncDispose]();
    expect(await problemOf(searchHub(egressOf(hub), question))).toBe(
      'hub.unreachable: It refuses connections.',
    );
  });
});
