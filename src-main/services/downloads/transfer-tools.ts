import type { Egress } from '../hub/egress/egress.ts';
import type { SpeedLimit } from './speed-limit.ts';

/** What all downloads of a Nibble have in common. */
export interface TransferTools {
  egress: () => Promise<Egress>;
  /** For one file. */
  connections: () => number;
  limit: SpeedLimit;
  /** Waits between attempts are that much of what they are; 1 but in tests. */
  patienceScale: number;
  /** Shorter in tests. */
  slowWindowMs?: number;
  onBytes: (bytes: number) => void;
}
