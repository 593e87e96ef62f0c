/**
 * A real process that speaks the real protocol with a real heartbeat, and has no model: it does what it is told.
 * Orders (see `obey`) come in the model's path for `load`, in the last message for `generate`, in the path for `simulate`.
 */
import { serveRequests } from '../../../src-main/engine/child-channel.ts';
import type { Handlers, RequestContext } from '../../../src-main/engine/handlers.ts';
import { bumpProgress, startHeartbeat } from '../../../src-main/engine/heartbeat.ts';
import { loadSettingsSchema } from '../../../src-main/contract/plan.contract.ts';
import { problemError } from '../../../src-main/contract/problem.ts';
import type {
  ChildMethod,
  GenerateResult,
  LoadMemory,
  LoadWish,
} from '../../../src-main/services/engine-host/protocol.ts';

let isStubborn = false;
/** Made up: what the settings of the last load take. `room=…` is what there is. */
let need = 0;

function needOf({ contextSize, cacheTypeK, batchSize, gpuLayers }: LoadWish): number {
  return contextSize * (cacheTypeK === 'f16' ? 2 : 1) + batchSize + 100_000 * gpuLayers;
}

/** What loading anything takes here. */
const memory: LoadMemory = {
  weights: { cpuBytes: 100, gpuBytes: 0 },
  cache: { cpuBytes: 20, gpuBytes: 0 },
  compute: { cpuBytes: 3, gpuBytes: 0 },
  process: { beforeBytes: 1_000, afterBytes: 1_130 },
  gpuFree: null,
};

/** Settles when the request is cancelled, and keeps the event loop turning until then. */
function untilCancelled({ signal }: RequestContext): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!signal.aborted) return;
      clearInterval(timer);
      resolve();
    }, 5);
  });
}

/** Words separated by spaces; unknown ones (`tiny`, `hello`) mean nothing. */
async function obey(orders: string, request: RequestContext): Promise<void> {
  for (const order of orders.split(' ')) {
    const [verb, argument = ''] = order.split('=');
    if (verb === 'signal') process.kill(process.pid, argument);
    if (verb === 'exit') process.exit(Number(argument));
    if (verb === 'stderr') process.stderr.write(`${argument.replaceAll('_', ' ')}\n`);
    if (verb === 'refuse') throw problemError('model.loadFailed', { reason: 'told to' });
    if (verb === 'room' && need > Number(argument))
      throw problemError('engine.outOfMemory', { needed: 'it' });
    if (verb === 'killroom' && need > Number(argument)) process.kill(process.pid, 'SIGKILL');
    if (verb === 'abortroom' && need > Number(argument)) {
      process.stderr.write('ggml: failed to allocate buffer\n', () => process.kill(process.pid, 'SIGABRT'));
      await new Promise<never>(() => undefined);
    }
    if (verb === 'stubborn') isStubborn = true;
    if (verb === 'wait') await untilCancelled(request);
    if (verb === 'hang') await new Promise<never>(() => undefined);
    if (verb === 'spin') while (true);
    if (verb === 'disconnect') process.disconnect();
    if (verb === 'garbage') process.send?.({ type: 'result', id: 'none' });
  }
}

const handlers: Handlers<ChildMethod> = {
  async load({ path, settings: wish }, request) {
    need = needOf(wish);
    for (const fraction of [0.25, 0.5, 0.75]) request.progress({ kind: 'load', fraction });
    bumpProgress();
    await obey(path.split('|')[0] ?? '', request);
    request.signal.throwIfAborted();
    request.progress({ kind: 'load', fraction: 1 });
    // Orders behind a bar come when the weights are there.
    await obey(path.split('|')[1] ?? '', request);
    const change = /\bchange=(\w+)/.exec(path)?.[1];
    // The host asks for nothing but what the plan has chosen.
    const settings = loadSettingsSchema.parse(wish);
    const changes = change === undefined ? [] : [change.replaceAll('_', ' ')];
    return { loadMs: 1, settings, changes, memory };
  },
  async generate({ messages, maxTokens, begun }, request) {
    const orders = messages.at(-1)?.text ?? '';
    request.progress({ kind: 'prefill', evaluatedTokens: 1, totalTokens: 2 });
    if (orders.startsWith('early ')) await obey(orders, request);
    for (const text of ['The', ' text', ' so', ' far'])
      request.progress({ kind: 'text', text, reasoning: '' });
    bumpProgress();
    await obey(orders, request);
    const written = answer(request.signal.aborted ? 'stopped' : 'end', maxTokens ?? 4);
    return { ...written, text: `${begun?.text ?? ''}${written.text}` };
  },
  unload: () => Promise.resolve(null),
  gpuMemory: () => Promise.resolve({ freeBytes: 12_345 }),
  hardware: () =>
    Promise.resolve({ gpus: [], ggmlVariant: `pid ${process.pid}`, systemInfo: null, problems: [] }),
  async simulate({ path }, request) {
    await obey(path, request);
    return { simulations: [], gpuFreeBytes: null };
  },
  benchmark: ({ depths }) => Promise.resolve({ tokenSeconds: depths.map(() => 0.01), promptSeconds: null }),
};

function answer(stopReason: GenerateResult['stopReason'], generatedTokens: number): GenerateResult {
  return {
    text: 'The text so far',
    reasoning: '',
    stopReason,
    promptTokens: 2,
    reusedTokens: 0,
    generatedTokens,
    firstTokenMs: 1,
    decodeTokensPerSecond: 1_000,
    prefillTokensPerSecond: 5_000,
    processBytes: 1_140,
    gpuFreeBytes: null,
    contextUsed: 6,
    contextSize: 512,
    droppedMessages: 0,
  };
}

const methods = Object.keys(handlers) as ChildMethod[];
const channel = serveRequests(
  {
    load: () => Promise.resolve(handlers.load),
    generate: () => Promise.resolve(handlers.generate),
    unload: () => Promise.resolve(handlers.unload),
    gpuMemory: () => Promise.resolve(handlers.gpuMemory),
    hardware: () => Promise.resolve(handlers.hardware),
    simulate: () => Promise.resolve(handlers.simulate),
    benchmark: () => Promise.resolve(handlers.benchmark),
  },
  methods,
);
process.on('disconnect', () => {
  if (!isStubborn) process.exit(0);
  setInterval(() => undefined, 60_000);
});
startHeartbeat();
channel.ready();
