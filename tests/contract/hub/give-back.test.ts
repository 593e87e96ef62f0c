import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { Egress } from '../../../src-main/services/hub/egress/egress.ts';

const MIB = 2 ** 20;
const BODY_MIB = 64;

/** Each megabyte is another. */
const megabytes = Array.from({ length: BODY_MIB }, (_, index) => Buffer.alloc(MIB, `${index};`));
const digestOfBody = createHash('sha256').update(Buffer.concat(megabytes)).digest('hex');

async function startServer() {
  let connections = 0;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-length': BODY_MIB * MIB });
    let sent = 0;
    const send = () => {
      while (sent < BODY_MIB && response.write(megabytes[sent++]));
      if (sent === BODY_MIB) response.end();
    };
    response.on('drain', send);
    send();
  });
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return {
    url,
    connections: () => connections,
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

it('what was read is freed at once, by one kept connection as well, and arrives whole', async () => {
  using server = await startServer();
  const egress = new Egress({ endpoint: server.url });
  for (let request = 0; request < 3; request++) {
    const response = await egress.get(server.url, { maxBytes: Infinity, isLong: true });
    const hash = createHash('sha256');
    const before = process.memoryUsage().arrayBuffers;
    let mostHeld = 0;
    for await (const chunk of response.chunks()) {
      hash.update(chunk);
      mostHeld = Math.max(mostHeld, process.memoryUsage().arrayBuffers - before);
    }
    expect(hash.digest('hex')).toBe(digestOfBody);
    expect(mostHeld).toBeLessThan(MIB);
  }
  expect(server.connections()).toBe(1);
});

it('a body that is wanted as a whole keeps all of it', async () => {
  using server = await startServer();
  const response = await new Egress({ endpoint: server.url }).get(server.url, { maxBytes: BODY_MIB * MIB });
  const bytes = await response.bytes();
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(digestOfBody);
});
