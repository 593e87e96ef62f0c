import { stat } from 'node:fs/promises';
import { licenceOf } from '../../domain/gguf/details/details.ts';
import { HeaderValues } from '../../domain/gguf/details/header-values.ts';
import { familyName } from '../../domain/gguf/family.ts';
import type { ModelFacts } from '../store/queries/models.ts';
import type { ModelFile } from './model-file.ts';

/** What the index remembers of a checked file, but for where it was found. */
export type FileFacts = Omit<ModelFacts, 'builtIn' | 'source' | 'folder' | 'origin' | 'now'>;

/** `name` is how the program that downloaded it calls it; null leaves the header's. */
export async function fileFacts(file: ModelFile, name: string | null = null): Promise<FileFacts> {
  const { path, parts, sizeBytes, mtimeMs, header, summary } = file;
  return {
    path,
    name: name ?? summary.name,
    family: familyName([name ?? '', summary.name, path], summary.architecture),
    architecture: summary.architecture,
    level: summary.level,
    parameters: summary.parameters,
    bitsPerWeight: summary.bitsPerWeight,
    sizeBytes,
    fileCount: parts.length,
    mtimeMs,
    fileKey: await fileKey(path),
    trainedContext: summary.trainedContext,
    hasChatTemplate: summary.chatTemplate !== null,
    licence: licenceOf(new HeaderValues(header.metadata)),
  };
}

/** Device and number of the file that a path leads to: the same for hard links and links, without reading a byte. */
export async function fileKey(path: string): Promise<string | null> {
  const stats = await stat(path, { bigint: true }).catch(() => null);
  // File systems without numbers of their own report 0.
  return stats === null || stats.ino === 0n ? null : `${stats.dev}:${stats.ino}`;
}
