/** A main process with the real engine in the middle of an answer. Sends the engine's process id. */
import { entryFile } from '../../../src-main/services/entry-files.ts';
import { ask, builtInModel, EngineBench, settings } from './engine-bench.ts';

const host = new EngineBench().start({ childEntry: entryFile('engine-child') });
await host.ensureLoaded(
  { path: builtInModel, identity: 'built-in', name: 'tiny', modelId: null },
  { ...settings, threads: 1 },
);
await host.generate(ask('Tell me a long story.', 500), {
  onProgress: ({ kind }) => kind === 'text' && process.send?.(host.status.pid),
});
