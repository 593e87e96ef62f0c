import { toProblem } from '../../client/problem.ts';
import { plainName } from '../../format/visible-text.ts';
import type { AppState } from '../../state/app-state.svelte.ts';

/** Puts a model on the list of downloads and says so; `path` names one file of a repository. Problems become notices. */
export async function download(
  { downloads, notices, router }: AppState,
  source: string,
  path?: string,
): Promise<void> {
  try {
    const { name } = await downloads.start(source, path);
    notices.say(`“${plainName(name)}” is on the list of downloads`, {
      label: 'Show',
      run: () => router.go({ page: 'models', view: 'downloads' }),
    });
  } catch (error) {
    notices.fail(toProblem(error));
  }
}
