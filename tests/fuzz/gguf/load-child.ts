/**
 * Loads the files named by its arguments one after the other with the engine library, as the app would, and
 * answers one token with each. Says so before and after on the IPC channel, since any of them may end the process.
 */
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';

export type LoadMessage =
  { type: 'start'; path: string } | { type: 'end'; path: string; outcome: 'ran' | 'failed'; reason: string };

const say = (message: LoadMessage) => process.send?.(message);

const llama = await getLlama({
  gpu: false,
  build: 'never',
  maxThreads: 1,
  logLevel: LlamaLogLevel.disabled,
  skipDownload: true,
});

for (const path of process.argv.slice(2)) {
  say({ type: 'start', path });
  try {
    await run(path);
    say({ type: 'end', path, outcome: 'ran', reason: '' });
  } catch (error) {
    say({ type: 'end', path, outcome: 'failed', reason: String(error) });
  }
}
process.disconnect();

async function run(path: string): Promise<void> {
  await using model = await llama.loadModel({ modelPath: path, gpuLayers: 0 });
  await using context = await model.createContext({ contextSize: 256, threads: 1 });
  const tokens = model.tokenize('hello');
  const answer = context.getSequence().evaluate(tokens.length > 0 ? tokens : [0 as (typeof tokens)[number]], {
    temperature: 0,
  });
  await answer.next();
  await answer.return();
}
