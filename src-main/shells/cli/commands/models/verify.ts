import { resolve } from 'node:path';
import { problemError } from '../../../../contract/problem.ts';
import { defaultModelsDir } from '../../../../services/app-paths.ts';
import { verifyModels, type Verified } from '../../../../services/downloads/verify-models.ts';
import type { Arguments } from '../../arguments.ts';
import type { Core } from '../../core.ts';
import { formatTable, print, printJson } from '../../output.ts';

const words: Record<Verified['result'], string> = {
  right: 'right',
  readable: 'readable (no checksum of it is known)',
  damaged: 'DAMAGED: its bytes are not those that were downloaded',
  unreadable: 'UNREADABLE',
};

/** Compares models with what was downloaded. Fails when one of them is damaged. */
export async function verifyCommand(
  { sources, modelsDir, json }: Arguments,
  { dataDir }: Core,
  signal: AbortSignal,
): Promise<void> {
  const paths = sources.length > 0 ? sources : [resolve(modelsDir ?? defaultModelsDir(dataDir))];
  const results: Verified[] = [];
  for await (const verified of verifyModels(paths, signal)) {
    results.push(verified);
    const { path, result, problem } = verified;
    const why = problem ? `: ${problem.what} ${problem.why}` : '';
    if (!json) await print(formatTable([[path, `${words[result]}${why}`]]));
  }
  if (json) await printJson(results);
  const bad = results.filter(({ result }) => result === 'damaged' || result === 'unreadable');
  if (bad.length > 0) throw problemError('download.damaged', { count: bad.length, of: results.length });
}
