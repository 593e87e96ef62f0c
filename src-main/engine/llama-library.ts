import type * as NodeLlamaCpp from 'node-llama-cpp';
import { logLine } from './library-log.ts';

type Llama = NodeLlamaCpp.Llama;

/** Loads the JavaScript of the engine library; native code follows with the first `openLlama`. */
export function llamaLibrary(): Promise<typeof NodeLlamaCpp> {
  return import('node-llama-cpp');
}

const opened = new Map<'auto' | false, Promise<Llama>>();

/**
 * The engine library on a prebuilt binary, once per process and kept; nothing is ever compiled or downloaded. `gpu: false` keeps
 * drivers out of the process altogether.
 */
export function openLlama(gpu: 'auto' | false): Promise<Llama> {
  const known = opened.get(gpu);
  if (known !== undefined) return known;
  const opening = open(gpu);
  opened.set(gpu, opening);
  opening.catch(() => opened.delete(gpu));
  return opening;
}

async function open(gpu: 'auto' | false): Promise<Llama> {
  const { getLlama, LlamaLogLevel } = await llamaLibrary();
  return getLlama({
    gpu,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.warn,
    logger: logLine,
    // The plan has measured the thread count and kept headroom in memory; the library must not change them again.
    maxThreads: 0,
    vramPadding: 0,
  });
}
