import { describe, expect, it } from 'vitest';
import { ModelsFolder, runTransfer } from '../../helpers/downloads/transfers.ts';
import { servedModel } from '../../helpers/downloads/served-model.ts';
import {
  always,
  bodyOfLength,
  cutAfter,
  cutAtOnce,
  drip,
  flippedByte,
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
import { HubServer, type Fault } from '../../helpers/hub/hub-server.ts';

const file = await servedModel('Model-F16.gguf', 9);

/** Whatever happens: the right file under its name, or none, and nothing that would be taken for one. */
async function outcome(fault: Fault, sha256: string | null, silenceMs = 10_000): Promise<string> {
  await using hub = await HubServer.start({ id: 'owner/Model-GGUF', files: [file] });
  using folder = new ModelsFolder();
  hub.fault = fault;
  const result = await runTransfer({ hub, file, folder, sha256, silenceMs });
  const bytes = folder.read(file);
  if (result === 'done') {
    expect(bytes?.equals(file.bytes)).toBe(true);
    expect(folder.files).toEqual([file.path]);
  } else {
    expect(bytes).toBeNull();
    expect(folder.files.filter((name) => !/\.part(?:\.json|\.journal)?$/.test(name))).toEqual([]);
  }
  return result;
}

type Answer = Parameters<typeof only>[1];

const faults: [string, Answer][] = [
  ['is cut at once', cutAtOnce],
  ['is cut within a part', cutAfter(70_000)],
  ['says nothing', silence],
  ['stops after a byte', stall],
  ['drips', drip],
  ['has 500', status(500)],
  ['has 503 and asks to wait', status(503, { 'retry-after': '2' })],
  ['has 429 and asks to wait', status(429, { ratelimit: '"api";r=0;t=3' })],
  ['has expired', status(403)],
  ['has 404', status(404)],
  ['has 416', status(416)],
  ['has 418', status(418)],
  ['is a byte short', bodyOfLength(-1)],
  ['is a byte long', bodyOfLength(1)],
  ['is the whole file', wholeFile],
  ['is a web page', webPage],
  ['is a zip archive', otherBytes],
  ['says no range', withHeaders(() => ({ 'content-range': undefined }))],
  ['says no size', withHeaders(({ range }) => ({ 'content-range': `bytes ${range.start}-${range.last}/*` }))],
  [
    'is another range',
    withHeaders(({ range, file: { sizeBytes } }) => ({
      'content-range': `bytes ${range.start + 1}-${range.last + 1}/${sizeBytes}`,
    })),
  ],
  [
    'is of another size',
    withHeaders(({ range }) => ({ 'content-range': `bytes ${range.start}-${range.last}/999999999` })),
  ],
  ['has another ETag', withHeaders(() => ({ etag: '"other"' }))],
  ['has no ETag', withHeaders(() => ({ etag: undefined }))],
  ['is packed', withHeaders(() => ({ 'content-encoding': 'gzip' }))],
  ['leads on and on', (_, response) => void response.writeHead(302, { location: '/x' }).end()],
  ['leads nowhere', (_, response) => void response.writeHead(302).end()],
  [
    'leads to plain HTTP',
    (_, response) => void response.writeHead(302, { location: 'http://example.com/' }).end(),
  ],
];

/** What is no accident ends it: a person would want to know. */
const final = /leads to plain HTTP/;
/** To the first question such an answer means that this is not the file. */
const finalAtFirst = /web page|418|no range|no size|another range|packed|leads nowhere|416/;
/** Without a checksum nothing tells a wrong byte from a right one, but at the beginning and in the header. */
const wrongBytes = /drips|zip/;

/** Only where silence is the fault is it soon given up: a busy machine is silent too. */
function silenceOf(name: string, ms: number): number {
  return /says nothing|stops after/.test(name) ? ms : 10_000;
}

async function expectRecovery(name: string, which: number, result: Promise<string>): Promise<void> {
  const isFinal = final.test(name) || (which === 1 && finalAtFirst.test(name));
  expect(await result).toMatch(isFinal ? /^(?:hub|download)\./ : /^done$/);
}

describe('a file with a checksum comes all the same when', () => {
  const cases = faults.flatMap(([name, answer]) => [1, 3].map((which) => ({ name, answer, which })));
  // A size that is not the listed one is believed later at most.
  const recovered = cases.filter(({ name, which }) => which > 1 || name !== 'is of another size');
  it.concurrent.each(recovered)('answer $which $name', ({ name, answer, which }) =>
    expectRecovery(name, which, outcome(only(which, answer), file.sha256, silenceOf(name, 500))),
  );
});

describe('a file anywhere comes all the same when', () => {
  const told = faults.filter(([name]) => !wrongBytes.test(name));
  const answers = process.env['NIBBLE_LONG'] ? [1, 2, 3] : [2];
  const cases = told.flatMap(([name, answer]) => answers.map((which) => ({ name, answer, which })));
  it.concurrent.each(cases)('answer $which $name', ({ name, answer, which }) =>
    // Another size or ETag is believed, and what is there now is fetched from the beginning.
    expectRecovery(name, which, outcome(only(which, answer), null, silenceOf(name, 500))),
  );

  it('and a file of another kind is refused', async () => {
    const zip: Answer = async ({ file: { sizeBytes }, range }, response) => {
      response.writeHead(206, {
        'content-range': `bytes ${range.start}-${range.last}/${sizeBytes}`,
        'content-length': range.last - range.start + 1,
      });
      response.end(Buffer.alloc(range.last - range.start + 1, 'PK'));
    };
    expect(await outcome(always(zip), null)).toContain('download.noModel');
  });
});

describe('there is a reason and no file when every answer', () => {
  // The others cost time and no more.
  const passing = [
    'has no ETag',
    'is a byte long',
    'has another ETag',
    'drips',
    'is the whole file',
    'is cut within a part',
  ];
  const hopeless = faults.filter(([name]) => !passing.includes(name));
  it.concurrent.each(hopeless)('%s', async (name, answer) => {
    expect(await outcome(always(answer), file.sha256, silenceOf(name, 50))).toMatch(
      /^(?:hub|download|model)\./,
    );
  });
});

describe('there is a reason and no file when the Hub', () => {
  const cases: [string, Fault, string][] = [
    ['does not let us in', onHub(/resolve/, (response) => status(403)(null, response)), 'download.refused'],
    ['has lost it', onHub(/resolve/, (response) => status(404)(null, response)), 'download.refused'],
    [
      'lists another checksum',
      onHub(
        /resolve/,
        (response) =>
          void response.writeHead(302, { location: '/x', 'x-linked-etag': `"${'0'.repeat(64)}"` }).end(),
      ),
      'hub.fileChanged',
    ],
    [
      'lists another size',
      onHub(
        /resolve/,
        (response) => void response.writeHead(302, { location: '/x', 'x-linked-size': '1' }).end(),
      ),
      'hub.fileChanged',
    ],
    [
      'sends us elsewhere',
      onHub(
        /resolve/,
        (response) => void response.writeHead(302, { location: 'https://example.com/x' }).end(),
      ),
      'hub.foreignHost',
    ],
  ];
  it.concurrent.each(cases)('%s', async (_, fault, code) => {
    expect(await outcome(fault, file.sha256)).toContain(code);
  });
});

describe('a byte that changes on the way', () => {
  it('once, is found and its part fetched again', async () => {
    expect(await outcome(only(3, flippedByte(5000)), file.sha256)).toBe('done');
  });

  it('always, ends with the file deleted', async () => {
    expect(await outcome(always(flippedByte(5000)), file.sha256)).toContain('download.wrongChecksum');
  });
});

describe('a server that knows no ranges', () => {
  const whole: Fault = async (request, response) => {
    if (request.server !== 'storage') return false;
    response.writeHead(200, { 'content-length': file.sizeBytes });
    response.end(file.bytes);
    return true;
  };
  it('hands the file out as a whole', async () => {
    expect(await outcome(whole, file.sha256)).toBe('done');
    expect(await outcome(whole, null)).toBe('done');
  });

  it('and does not say how long the file is', async () => {
    const open: Fault = async (request, response) => {
      if (request.server !== 'storage') return false;
      response.writeHead(200).end(file.bytes);
      return true;
    };
    expect(await outcome(open, null)).toBe('done');
  });

  it('and is cut once, begins anew', async () => {
    let cuts = 0;
    const cut: Fault = async (request, response) => {
      if (request.server !== 'storage' || request.headers.range !== undefined)
        return whole(request, response);
      if (cuts++ > 0) return whole(request, response);
      response.writeHead(200, { 'content-length': file.sizeBytes });
      response.write(file.bytes.subarray(0, 1_000_000), () => response.destroy());
      return true;
    };
    expect(await outcome(cut, file.sha256)).toBe('done');
  });
});
