import type { FoundRepository } from '../../../../contract/discover.contract.ts';
import { searchHub } from '../../../../services/hub/search.ts';
import type { Arguments } from '../../arguments.ts';
import type { Core } from '../../core.ts';
import { formatTable, print, printJson } from '../../output.ts';

const USUAL_LIMIT = 20;

/** Repositories with GGUF files on the Hub, the first of them. What of one fits is told by `nibble plan hf:owner/name`. */
export async function searchCommand(
  { sources, sort = 'trend', limit = USUAL_LIMIT, json }: Arguments,
  { network }: Core,
  signal: AbortSignal,
): Promise<void> {
  const question = { words: sources.join(' '), sort, limit };
  const { found } = await searchHub(await network.egress(), question, signal);
  if (json) return printJson(found);
  await print(found.length === 0 ? 'Nothing found.\n' : formatTable([HEAD, ...found.map(cells)], RIGHT));
}

const HEAD = ['Repository', 'Parameters', 'Downloads', 'Changed', 'Licence', ''];
/** Columns of figures. */
const RIGHT = new Set([1, 2]);

function cells({
  repository,
  parameters,
  downloads,
  updatedAt,
  licence,
  isGated,
}: FoundRepository): string[] {
  return [
    repository,
    parameters === null ? '' : `${(parameters / 1e9).toFixed(1)} B`,
    downloads === null ? '' : String(downloads),
    updatedAt === null ? '' : new Date(updatedAt).toISOString().slice(0, 'YYYY-MM-DD'.length),
    licence ?? '',
    isGated ? 'conditions to accept' : '',
  ];
}
