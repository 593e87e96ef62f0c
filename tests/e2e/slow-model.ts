import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeSyntheticGguf, type ModelShape } from '../helpers/synthetic-gguf.ts';

/** Random weights never come to an end: it writes noise for many seconds, until the context is full. */
const shape: ModelShape = {
  architecture: 'llama',
  layers: 12,
  embeddingLength: 768,
  heads: 12,
  headsKv: 4,
  headSize: 64,
  feedForward: 2048,
  vocabulary: 2048,
  context: 8192,
  type: 'Q4_0',
};

/** A model of 44 MB whose answers last long enough to be interrupted, in a folder whose name tests paths as well. */
export async function slowModel(folder: string): Promise<string> {
  const path = join(folder, 'große Modelle ü 模型', 'slow demo-Q4_0.gguf');
  if (existsSync(path)) return path;
  mkdirSync(join(path, '..'), { recursive: true });
  return writeSyntheticGguf(join(path, '..'), shape, { fileName: 'slow demo-Q4_0.gguf' });
}
