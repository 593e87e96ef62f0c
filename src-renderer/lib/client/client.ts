import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '$contract/index.ts';

/** Everything the window can ask of the core; the same over a MessagePort and over HTTP. */
export type NibbleClient = ContractRouterClient<typeof contract>;
