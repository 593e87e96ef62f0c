/**
 * Loads a model as the engine does, answers a few tokens, touches every page that was mapped for it, and prints how many bytes
 * the process grew by. Arguments: path, settings as JSON. Linux only.
 */
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import type { Token } from 'node-llama-cpp';
import type { LoadSettings } from '../../src-main/contract/plan.contract.ts';
import { ggmlTypeName } from '../../src-main/engine/cache-type.ts';
import { openLlama } from '../../src-main/engine/llama-library.ts';

const PAGE_BYTES = 4096;
/** Of a thread: reserved whole and hardly used, whatever the model. */
const STACK_BYTES = 8 * 2 ** 20;

interface Mapping {
  start: number;
  end: number;
  isWritable: boolean;
}

function residentBytes(): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}

/** Memory that can be read; devices and the kernel's own pages aside. */
function mappings(): Mapping[] {
  const lines = readFileSync('/proc/self/maps', 'utf8').matchAll(/^([0-9a-f]+)-([0-9a-f]+) r(.)..(.*)$/gm);
  return [...lines].flatMap(([, start = '', end = '', write, rest = '']) =>
    /\/dev\/|\[v/.test(rest)
      ? []
      : [{ start: parseInt(start, 16), end: parseInt(end, 16), isWritable: write === 'w' }],
  );
}

/** Makes every page real that was mapped since `before`: buffers that a short answer does not fill, weights that it does not read. */
function touchAll(before: readonly Mapping[]): void {
  const memory = openSync('/proc/self/mem', 'r+');
  for (const { start, end, isWritable } of mappings()) {
    if (end - start === STACK_BYTES) continue;
    const known = before.filter((old) => old.start < end && old.end > start);
    for (let page = start; page < end; page += PAGE_BYTES) {
      if (known.some((old) => old.start <= page && page < old.end)) continue;
      if (!touch(memory, page, isWritable)) break;
    }
  }
  closeSync(memory);
}

/** False where nothing is mapped any more: JavaScript's heap shrinks while it is walked. */
function touch(memory: number, page: number, isWritable: boolean): boolean {
  const byte = new Uint8Array(1);
  try {
    readSync(memory, byte, 0, 1, page);
    if (isWritable) writeSync(memory, byte, 0, 1, page);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EIO') return false;
    throw error;
  }
}

const [path = '', json = '{}'] = process.argv.slice(2);
const settings = JSON.parse(json) as LoadSettings;
const llama = await openLlama(settings.gpuLayers === 0 ? false : 'auto');
const before = { residentBytes: residentBytes(), mappings: mappings() };
const model = await llama.loadModel({
  modelPath: path,
  gpuLayers: settings.gpuLayers,
  defaultContextFlashAttention: settings.flashAttention,
});
const context = await model.createContext({
  contextSize: settings.contextSize,
  batchSize: settings.batchSize,
  flashAttention: settings.flashAttention,
  threads: settings.threads,
  sequences: 1,
  experimentalKvCacheKeyType: ggmlTypeName(settings.cacheTypeK),
  experimentalKvCacheValueType: ggmlTypeName(settings.cacheTypeV),
});
const tokens = Array.from({ length: 16 }, (_, index) => (300 + index) as Token);
await context.getSequence().evaluateWithoutGeneratingNewTokens(tokens);
touchAll(before.mappings);
process.stdout.write(`${residentBytes() - before.residentBytes}\n`);
await llama.dispose();
