/**
 * node-llama-cpp alone in a process: what the app's speed is held against. Started by app-decode.ts with the model
 * and the settings; answers `{ seed, tokens }` with `{ tokens, decodeTokensPerSecond, wallMs }`.
 */
import { getLlama, type Token } from 'node-llama-cpp';
import type { LoadSettings } from '../../src-main/contract/plan.contract.ts';

const [path = '', settingsText = '{}'] = process.argv.slice(2);
const settings = JSON.parse(settingsText) as LoadSettings;

const llama = await getLlama({ build: 'never', gpu: settings.gpuLayers > 0 ? 'auto' : false });
const model = await llama.loadModel({ modelPath: path, gpuLayers: settings.gpuLayers });
const context = await model.createContext({
  contextSize: settings.contextSize,
  batchSize: settings.batchSize,
  flashAttention: settings.flashAttention,
  threads: settings.threads,
});
const sequence = context.getSequence();
const prompt = model.tokenize(
  '<|im_start|>user\nTell me a short story.<|im_end|>\n<|im_start|>assistant\n',
  true,
);

async function answer(seed: number, limit: number) {
  await sequence.clearHistory();
  const startedAt = performance.now();
  let firstAt = startedAt;
  const generated: Token[] = [];
  const options = { temperature: 5, topK: 0, topP: 1, minP: 0, seed, yieldEogToken: true };
  for await (const token of sequence.evaluate(prompt, options)) {
    if (generated.length === 0) firstAt = performance.now();
    generated.push(token);
    if (generated.length === limit || model.isEogToken(token)) break;
  }
  const endedAt = performance.now();
  const decodeTokensPerSecond = ((generated.length - 1) * 1000) / (endedAt - firstAt);
  return { tokens: generated.length, decodeTokensPerSecond, wallMs: endedAt - startedAt };
}

process.on('message', ({ seed, limit }: { seed: number; limit: number }) => {
  void answer(seed, limit).then((result) => process.send?.(result));
});
process.send?.('ready');
