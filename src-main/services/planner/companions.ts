import { problemError } from '../../contract/problem.ts';
import type { Companions } from '../../domain/planner/analytic/companions.ts';
import { layoutOf } from '../../domain/planner/layout/layout.ts';
import { isKnown } from '../../domain/planner/layout/types.ts';
import { openHeader, openModelFile } from '../library/model-file.ts';

/** Paths of what is loaded beside a model. */
export interface CompanionFiles {
  draft?: string | undefined;
  adapters: readonly string[];
}

/** Throws a `model.…` problem, or `request.invalid` for a file that is of another kind. */
export async function readCompanions({ draft, adapters }: CompanionFiles): Promise<Companions> {
  return {
    draft: draft === undefined ? null : await draftLayout(draft),
    adapters: await Promise.all(adapters.map(adapterTensors)),
  };
}

async function draftLayout(path: string) {
  const layout = layoutOf((await openModelFile(path)).header);
  if (isKnown(layout)) return layout;
  const reason = `the memory of "${layout.unknown}" models cannot be calculated`;
  throw problemError('request.invalid', { field: path, reason });
}

async function adapterTensors(path: string) {
  const { metadata, tensors } = await openHeader(path);
  if (metadata.get('general.type') === 'adapter') return tensors;
  throw problemError('request.invalid', { field: path, reason: 'it is not an adapter' });
}
