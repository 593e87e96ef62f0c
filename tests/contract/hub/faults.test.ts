import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Egress } from '../../../src-main/services/hub/egress/egress.ts';
import { HubClient } from '../../../src-main/services/hub/hub-client.ts';
import { RemoteHeaders } from '../../../src-main/services/hub/headers/remote-headers.ts';
import { parseHubReference } from '../../../src-main/services/hub/reference.ts';
import {
  always,
  bodyOfLength,
  cutAfter,
  cutAtOnce,
  drip,
  only,
  onHub,
  otherBytes,
  silence,
  stall,
  status,
  webPage,
  wholeFile,
  withHeaders,
} from '../../helpers/hub/faults.ts';
import { hubModel, vocabularyEntries } from '../../helpers/hub/hub-models.ts';
import { HubServer, type Fault } from '../../helpers/hub/hub-server.ts';
import type { ServedFile } from '../../helpers/hub/served-file.ts';

const reference = parseHubReference('hf:owner/Model-GGUF');
const vocabulary = { tokens: 40_000, merges: 50_000 };

let model: ServedFile;
let hub: HubServer;

beforeAll(async () => {
  model = await hubModel({
    path: 'Model-Q8_0.gguf',
    shape: { vocabulary: vocabulary.tokens, type: 'Q8_0' },
    vocabulary: vocabularyEntries(vocabulary),
  });
});

beforeEach(async () => {
  hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [model] });
});

afterEach(() => hub[Symbol.asyncDispose]());

async function readHeader(): Promise<string> {
  const client = new HubClient(new Egress({ endpoint: hub.endpoint, silenceMs: 600, requestMs: 1900 }));
  const repository = await client.repository(reference);
  const [result] = await new RemoteHeaders(client).readAll(repository);
  if (!result) throw new Error('no result');
  return 'problem' in result
    ? `${result.problem.code}: ${result.problem.why}`
    : `${result.summary.vocabularySize} tokens`;
}

const start = ({ range }: { range: { start: number } }) => range.start;

describe('a header is read all the same when', () => {
  const recovered: [string, Fault][] = [
    ['the connection is cut at once', only(1, cutAtOnce)],
    ['the connection is cut in the first range', only(1, cutAfter(1000))],
    ['the connection is cut in the second range', only(2, cutAfter(100_000))],
    [
      'it is cut twice in a row',
      (request, response) => (request.count < 3 ? always(cutAfter(10))(request, response) : false),
    ],
    ['a range comes short', only(2, bodyOfLength(-1))],
    ['the storage has trouble once', only(1, status(503))],
    ['the storage is silent once', only(1, silence)],
    ['the storage stalls once', only(2, stall)],
    ['the signed address expires', only(2, status(403))],
    ['the storage has no ETag', always(withHeaders(() => ({ etag: undefined })))],
    ['the storage has a weak ETag', always(withHeaders(() => ({ etag: 'W/"weak"' })))],
  ];
  it.each(recovered)('%s', async (_, fault) => {
    hub.fault = fault;
    expect(await readHeader()).toBe('40000 tokens');
  });
});

describe('a clear problem is what comes of', () => {
  const failing: [string, Fault, string][] = [
    ['cuts without end', always(cutAfter(1000)), 'hub.unreachable: The connection was cut.'],
    ['trouble without end', always(status(502)), 'hub.unreachable: It has trouble of its own (502).'],
    ['silence', always(silence), 'hub.unreachable: Nothing came from it for 1 seconds.'],
    ['a stall', always(stall), 'hub.unreachable: Nothing came from it for 1 seconds.'],
    ['a slow drip', always(drip), 'hub.unreachable: It needed more than 2 seconds for one answer.'],
    [
      'short ranges',
      always(bodyOfLength(-1)),
      'hub.unreachable: The connection ended after 262143 of 262144 bytes.',
    ],
    ['long ranges', always(bodyOfLength(1)), 'hub.badAnswer: It sent more than 262144 bytes.'],
    [
      'the whole file',
      always(wholeFile),
      'hub.badAnswer: It sends only whole files, and Nibble reads no more than the beginning.',
    ],
    ['a web page', always(webPage), 'hub.badAnswer: It sent a web page instead of the file.'],
    [
      'no Content-Range',
      always(withHeaders(() => ({ 'content-range': undefined }))),
      'hub.badAnswer: It does not say which part of the file it sent.',
    ],
    [
      'a Content-Range without size',
      always(withHeaders(() => ({ 'content-range': 'bytes 0-262143/*' }))),
      'hub.badAnswer: It does not say which part of the file it sent.',
    ],
    [
      'a range from elsewhere',
      always(
        withHeaders((at) => ({
          'content-range': `bytes ${start(at) + 1}-${at.range.last + 1}/${at.file.sizeBytes}`,
        })),
      ),
      'hub.badAnswer: It sent another part of the file than it was asked for.',
    ],
    [
      'a shorter range',
      always(
        withHeaders((at) => ({
          'content-range': `bytes ${start(at)}-${at.range.last - 1}/${at.file.sizeBytes}`,
        })),
      ),
      'hub.badAnswer: It sent another part of the file than it was asked for.',
    ],
    [
      'another size',
      always(
        withHeaders((at) => ({
          'content-range': `bytes ${start(at)}-${at.range.last}/${at.file.sizeBytes + 1}`,
        })),
      ),
      'hub.fileChanged: Its size is another now.',
    ],
    [
      'another ETag',
      only(
        2,
        withHeaders(() => ({ etag: '"other"' })),
      ),
      'hub.fileChanged: Another file has its place.',
    ],
    [
      'another file behind If-Range',
      only(2, (_, response) => void response.writeHead(200, { etag: '"other"' }).end()),
      'hub.fileChanged: Another file has its place.',
    ],
    ['416', only(2, status(416)), 'hub.fileChanged: It is shorter now.'],
    [
      'a packed range',
      always(withHeaders(() => ({ 'content-encoding': 'gzip' }))),
      'hub.badAnswer: It packed a part of a file, so its place cannot be checked.',
    ],
    [
      'a redirect loop',
      always((at, response) => void response.writeHead(302, { location: at.url.pathname }).end()),
      'hub.badAnswer: It sends us on from one address to the next.',
    ],
    [
      'addresses that never work',
      always(status(403)),
      'hub.badAnswer: It refuses the file, at the address the Hub gave for it (403).',
    ],
    [
      'too many requests',
      always(status(429, { 'retry-after': '30' })),
      'hub.tooManyRequests: It was asked too often in a short time from this connection or account.',
    ],
    [
      'another kind of file',
      always(otherBytes),
      'model.notGguf: A GGUF file starts with the letters GGUF; this one starts with the bytes 50 4b 03 04.',
    ],
    [
      'an odd status',
      always(status(418)),
      'hub.badAnswer: It refuses the file, at the address the Hub gave for it (418).',
    ],
    [
      'a redirect to elsewhere',
      onHub(
        /resolve/,
        (response) => void response.writeHead(302, { location: 'https://example.com/x' }).end(),
      ),
      'hub.foreignHost: It was sent there, but connects only to huggingface.co, hf.co and the address in HF_ENDPOINT.',
    ],
    [
      'a redirect to plain HTTP',
      onHub(/resolve/, (response) => void response.writeHead(302, { location: 'http://cdn.hf.co/x' }).end()),
      'hub.foreignHost: It was sent there, but connects only to huggingface.co, hf.co and the address in HF_ENDPOINT.',
    ],
    [
      'a redirect to nowhere',
      onHub(/resolve/, (response) => void response.writeHead(302).end()),
      'hub.badAnswer: It sends us on without saying where to.',
    ],
    [
      'another checksum',
      onHub(
        /resolve/,
        (response) =>
          void response.writeHead(302, { location: '/x', 'x-linked-etag': `"${'0'.repeat(64)}"` }).end(),
      ),
      'hub.fileChanged: Its checksum is another now.',
    ],
    [
      'another linked size',
      onHub(
        /resolve/,
        (response) => void response.writeHead(302, { location: '/x', 'x-linked-size': '12' }).end(),
      ),
      'hub.fileChanged: Its size is another now.',
    ],
    [
      'a file that is gone',
      onHub(/resolve/, (response) => void response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end()),
      'hub.fileGone: It was renamed or deleted after the list of files was made.',
    ],
  ];
  it.each(failing)('%s', async (_, fault, expected) => {
    hub.fault = fault;
    expect(await readHeader()).toBe(expected);
    // Nothing of a wrong answer is read to its end.
    expect(hub.sentBytes).toBeLessThan(3 * 1024 * 1024);
  });
});

describe('a cancelled reading', () => {
  it('ends at once, and not as a problem', async () => {
    hub.fault = always(silence);
    const client = new HubClient(new Egress({ endpoint: hub.endpoint }));
    const repository = await client.repository(reference);
    const cancelled = new AbortController();
    const reason = new Error('the person left the page');
    hub.fault = always(() => cancelled.abort(reason));
    const reading = new RemoteHeaders(client).readAll(repository, { signal: cancelled.signal });
    await expect(reading).rejects.toBe(reason);
  });
});
