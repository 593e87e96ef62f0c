import type { ChildMethod, ChildMethods, ChildProgress } from '../services/engine-host/protocol.ts';

/** What a handler gets beside its parameters. */
export interface RequestContext {
  /** Aborted by the host's `cancel`, or when the process has to end. */
  signal: AbortSignal;
  progress: (progress: ChildProgress) => void;
}

export type Handlers<M extends ChildMethod> = {
  [K in M]: (
    params: ChildMethods[K]['params'],
    context: RequestContext,
  ) => Promise<ChildMethods[K]['result']>;
};
