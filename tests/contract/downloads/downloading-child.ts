/** Fetches one file and tells how many bytes have come, a line each time. It may be killed at any moment. */
import { FileTransfer } from '../../../src-main/services/downloads/file-transfer.ts';
import { SpeedLimit } from '../../../src-main/services/downloads/speed-limit.ts';
import { Egress } from '../../../src-main/services/hub/egress/egress.ts';

interface ChildRequest {
  endpoint: string;
  url: string;
  folder: string;
  target: string;
  sizeBytes: number;
  sha256: string;
}

const { endpoint, url, ...file } = JSON.parse(process.argv[2] ?? '') as ChildRequest;
let received = 0;
const egress = new Egress({ endpoint: new URL(endpoint) });
const transfer = new FileTransfer(
  {
    ...file,
    url: new URL(url),
    isGiven: false,
    refusal: () => {
      throw new Error('refused');
    },
  },
  {
    egress: () => Promise.resolve(egress),
    connections: () => 4,
    limit: new SpeedLimit(() => null),
    patienceScale: 1,
    // Writes to a pipe are done when they return: what was told before a kill is told.
    onBytes: (bytes) => process.stdout.write(`${(received += bytes)}\n`),
  },
);
await transfer.run(new AbortController().signal);
