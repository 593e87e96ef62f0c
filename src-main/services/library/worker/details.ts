import { isUtf8 } from 'node:buffer';
import { stat } from 'node:fs/promises';
import type { ModelDetails } from '../../../contract/model-details.ts';
import { modelDetails } from '../../../domain/gguf/details/details.ts';
import { readGgufHeader } from '../../../domain/gguf/read-header.ts';
import { FileSource } from '../file-source.ts';
import { openModelFile, threadWorkedMs } from '../model-file.ts';

/** Adapters are small, but a folder may hold hundreds of checkpoints. */
const MAX_ADAPTERS = 50;

/** The header of a model read aloud, with those of `adapters` that were made for its architecture. */
export async function detailsOf(path: string, adapters: readonly string[]): Promise<ModelDetails> {
  const { parts, ...file } = await openModelFile(path);
  const details = modelDetails({ ...file, files: parts.length });
  const fitting: string[] = [];
  for (const adapter of adapters.slice(0, MAX_ADAPTERS)) {
    if ((await architectureOf(adapter)) === details.about.architecture) fitting.push(adapter);
  }
  return { ...details, adapters: fitting };
}

/** Null for a file that has changed into something else meanwhile. */
async function architectureOf(path: string): Promise<unknown> {
  try {
    await using source = await FileSource.open(path, (await stat(path)).size);
    const { metadata } = await readGgufHeader(source, { workedMs: threadWorkedMs, isUtf8 });
    return metadata.get('general.architecture');
  } catch {
    return null;
  }
}
