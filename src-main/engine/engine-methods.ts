import { problemError } from '../contract/problem.ts';
import { Generator } from './generator.ts';
import type { Handlers } from './handlers.ts';
import { loadModel, type LoadedModel } from './loaded-model.ts';
import { gpuFreeBytes } from './memory-in-use.ts';
import { TemplateRenderer } from './template-renderer.ts';

/** Serves every model; it starts while the first one is loading. */
const renderer = new TemplateRenderer();

interface Engine {
  loaded: LoadedModel;
  generator: Generator;
}

let engine: Engine | null = null;
/** Requests follow each other: there is one context with one sequence. */
let turn: Promise<unknown> = Promise.resolve();

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = turn.then(work);
  turn = result.catch(() => undefined);
  return result;
}

async function release(): Promise<void> {
  const released = engine;
  engine = null;
  await released?.loaded.dispose();
}

/** Frees the model's memory before the process ends. */
export function releaseEngine(): Promise<void> {
  return inTurn(async () => {
    await release();
    await renderer.dispose();
  });
}

export const engineMethods: Handlers<'load' | 'generate' | 'unload' | 'gpuMemory'> = {
  load: ({ path, settings }, request) =>
    inTurn(async () => {
      await release();
      renderer.warmUp();
      const loaded = await loadModel(path, settings, request);
      const generator = new Generator(loaded, renderer);
      engine = { loaded, generator };
      await generator.warmUp();
      return loaded.result;
    }),
  generate: (params, request) =>
    inTurn(async () => {
      if (engine === null) throw problemError('model.none');
      return engine.generator.generate(params, request);
    }),
  // Not in turn: it only looks.
  gpuMemory: async () => ({
    freeBytes: engine === null ? null : await gpuFreeBytes(engine.loaded.model.llama),
  }),
  unload: () =>
    inTurn(async () => {
      await release();
      return null;
    }),
};
