import { expect, it, vi } from 'vitest';
import { received } from '../../../src-main/services/hub/egress/network-garbage.ts';

const MIB = 2 ** 20;
const held = () => process.memoryUsage().arrayBuffers;

/** As many buffers as reads of a socket leave behind, none of which anybody keeps. */
function readSocket(bytes: number): void {
  for (let read = 0; read < bytes; read += 65_536) Buffer.allocUnsafeSlow(65_536).fill(1);
}

it('buffers of the network are freed when some megabytes came, not when V8 feels like it', async () => {
  const before = held();
  readSocket(8 * MIB);
  expect(held() - before).toBeGreaterThan(4 * MIB);
  received(MIB);
  expect(held() - before).toBeGreaterThan(4 * MIB);
  received(8 * MIB);
  // They are given back by a thread of V8's.
  await vi.waitFor(() => expect(held() - before).toBeLessThan(2 * MIB));
});
