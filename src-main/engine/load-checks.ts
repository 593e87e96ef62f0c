import { problemError } from '../contract/problem.ts';
import type { LoadWish } from '../services/engine-host/protocol.ts';

/** llama.cpp aborts the process on a context of one token (llama.cpp#24098). */
const MIN_CONTEXT_TOKENS = 256;
const MAX_CONTEXT_TOKENS = 2 ** 22;
const MAX_BATCH_TOKENS = 16_384;
const MAX_THREADS = 1024;
const MAX_GPU_LAYERS = 10_000;

function check(field: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw problemError('request.invalid', {
    field,
    reason: `${value} is not a whole number from ${min} to ${max}`,
  });
}

/** Refuses numbers that native code would answer with an abort instead of an error. */
export function checkLoadSettings(wish: LoadWish): void {
  check('Context size', wish.contextSize, MIN_CONTEXT_TOKENS, MAX_CONTEXT_TOKENS);
  check('Batch size', wish.batchSize, 1, MAX_BATCH_TOKENS);
  check('Threads', wish.threads, 1, MAX_THREADS);
  check('GPU layers', wish.gpuLayers, 0, MAX_GPU_LAYERS);
}
