/**
 * Decode speed through the engine's own loop (prompt cache, detokenizing, reasoning, progress) against a bare
 * `sequence.evaluate` loop of the engine library: one process, one context, the same tokens, interleaved A B B A.
 * `node tests/perf/engine-loop.ts [MODEL]` prints figures; it is no timed test.
 */
import { join } from 'node:path';
import type { LoadSettings } from '../../src-main/contract/plan.contract.ts';
import { Generator } from '../../src-main/engine/generator.ts';
import { loadModel } from '../../src-main/engine/loaded-model.ts';
import { TemplateRenderer } from '../../src-main/engine/template-renderer.ts';
import type { GenerateParams } from '../../src-main/services/engine-host/protocol.ts';

const PAIRS = 16;
const TOKENS = 400;
const path = process.argv[2] ?? join(import.meta.dirname, '../../resources/models/nibble-tiny-f16.gguf');
const settings: LoadSettings = {
  gpuLayers: 0,
  contextSize: 2048,
  flashAttention: true,
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  batchSize: 512,
  threads: 1,
};
// At a high temperature the model goes on to the limit; equal seeds draw equal tokens.
const sampling = { temperature: 5, topK: 0, topP: 1, minP: 0 };

interface Run {
  tokens: number;
  /** From the first token to the last. */
  tokensPerSecond: number;
  /** Of the whole answer: rendering the template, one token of prefill, decoding. */
  cpuMs: number;
}

const request = { signal: new AbortController().signal, progress: () => undefined };
const renderer = new TemplateRenderer();
const loaded = await loadModel(path, settings, request);
const generator = new Generator(loaded, renderer);
const { model, sequence } = loaded;

async function withCpu(work: () => Promise<Omit<Run, 'cpuMs'>>): Promise<Run> {
  const before = process.cpuUsage();
  const run = await work();
  const { user, system } = process.cpuUsage(before);
  return { ...run, cpuMs: (user + system) / 1000 };
}

function own(seed: number): Promise<Run> {
  const params: GenerateParams = {
    messages: [{ role: 'user', text: 'Tell me a short story.' }],
    sampling: { ...sampling, repeatPenalty: 1 },
    seed,
    maxTokens: TOKENS,
  };
  return withCpu(async () => {
    const { generatedTokens, decodeTokensPerSecond } = await generator.generate(params, request);
    return { tokens: generatedTokens, tokensPerSecond: decodeTokensPerSecond ?? Number.NaN };
  });
}

const promptTokens = model.tokenize(
  '<|im_start|>user\nTell me a short story.<|im_end|>\n<|im_start|>assistant\n',
  true,
);

function bare(seed: number): Promise<Run> {
  return withCpu(async () => {
    await sequence.adaptStateToTokens(promptTokens.slice(0, -1), false);
    const rest = promptTokens.slice(sequence.nextTokenIndex);
    let tokens = 0;
    let firstAt = 0;
    for await (const token of sequence.evaluate(rest, { ...sampling, seed, yieldEogToken: true })) {
      if (tokens++ === 0) firstAt = performance.now();
      if (tokens === TOKENS || model.isEogToken(token)) break;
    }
    return { tokens, tokensPerSecond: ((tokens - 1) * 1000) / (performance.now() - firstAt) };
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

const pairs: { own: Run; bare: Run }[] = [];
await own(0);
await bare(0);
for (let pair = 0; pair < PAIRS; pair++) {
  const runs = { own, bare };
  const [first, second] = pair % 2 === 0 ? (['own', 'bare'] as const) : (['bare', 'own'] as const);
  const result = {
    [first]: await runs[first](pair),
    [second]: await runs[second](pair),
  } as (typeof pairs)[number];
  if (result.own.tokens !== result.bare.tokens) throw new Error('the two loops did not draw the same tokens');
  pairs.push(result);
}
const ofPairs = (figure: (pair: (typeof pairs)[number]) => number) => median(pairs.map(figure));
process.stdout.write(
  [
    `tokens per answer            ${ofPairs((pair) => pair.own.tokens)} (median of ${PAIRS} pairs)`,
    `bare loop                    ${ofPairs((pair) => pair.bare.tokensPerSecond).toFixed(0)} tokens/s`,
    `engine's loop                ${ofPairs((pair) => pair.own.tokensPerSecond).toFixed(0)} tokens/s`,
    `speed ratio (aim ≥ 0.98)     ${ofPairs((pair) => pair.own.tokensPerSecond / pair.bare.tokensPerSecond).toFixed(3)}`,
    `CPU time ratio               ${ofPairs((pair) => pair.own.cpuMs / pair.bare.cpuMs).toFixed(3)}`,
    `CPU time more per token      ${ofPairs((pair) => ((pair.own.cpuMs - pair.bare.cpuMs) * 1000) / pair.own.tokens).toFixed(0)} µs`,
    '',
  ].join('\n'),
);
await loaded.dispose();
await renderer.dispose();
