import type { RepositoryPage } from '../../contract/discover.contract.ts';
import { ProblemError } from '../../contract/problem.ts';
import { readCard } from '../hub/card.ts';
import type { Egress } from '../hub/egress/egress.ts';
import { endpointUrl } from '../hub/endpoint.ts';
import { HubClient, type ListedRepository } from '../hub/hub-client.ts';
import { isPlainPath } from '../hub/hub-models.ts';
import { popularityOf } from '../hub/popularity.ts';

/** A repository with checkpoints of a training may hold tens of thousands. */
const MAX_FILES = 500;
const README = 'README.md';

/** What a repository holds and says of itself, in two requests. Throws a `hub.…` problem; a card that cannot be had is none. */
export async function readRepositoryPage(
  egress: Egress,
  repository: string,
  signal?: AbortSignal,
): Promise<RepositoryPage> {
  const listed = await new HubClient(egress).list(repository, signal);
  const { id, commit, info, isGated, models } = listed;
  const files = listed.files.filter(({ path }) => isPlainPath(path));
  return {
    repository: id,
    ...popularityOf(info),
    isGated,
    commit,
    url: endpointUrl(egress.endpoint, id).href,
    models: models.map(({ path, level, sizeBytes, parts, missingParts }) => ({
      path,
      level,
      sizeBytes,
      parts: parts.length + missingParts.length,
      missingParts: missingParts.length,
    })),
    files: files
      .map(({ path, sizeBytes }) => ({ path, sizeBytes }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .slice(0, MAX_FILES),
    fileCount: files.length,
    ...(await cardOf(egress, listed, signal)),
  };
}

async function cardOf(
  egress: Egress,
  { id: repository, commit, isGated, files }: ListedRepository,
  signal: AbortSignal | undefined,
): Promise<Pick<RepositoryPage, 'card' | 'cardProblem'>> {
  if (!files.some(({ path }) => path === README)) return { card: null, cardProblem: null };
  try {
    const card = await readCard(egress, { repository, commit, isGated }, signal);
    return { card: card.text === '' ? null : card, cardProblem: null };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { card: null, cardProblem: error.problem };
  }
}
