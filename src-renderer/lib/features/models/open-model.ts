import type { ImportEvent } from '$contract/models.contract.ts';
import { toProblem } from '../../client/problem.ts';
import { plainName } from '../../format/visible-text.ts';
import type { AppState } from '../../state/app-state.svelte.ts';

/** Opens the file at `path` and shows it among the models. Throws what the call throws. */
export async function openModelAt({ models, notices, router }: AppState, path: string): Promise<void> {
  const model = await models.open(path);
  notices.say(`“${plainName(model.name)}” can be used now`);
  router.go({ page: 'models', view: 'library' });
}

/** Moves the file into Nibble's folder and tells how far it is. Throws what the call throws. */
export async function moveModelIn(
  { client, models, notices, router }: AppState,
  path: string,
  signal: AbortSignal,
  onProgress: (progress: Extract<ImportEvent, { type: 'progress' }>) => void,
): Promise<void> {
  for await (const event of await client.models.import({ path }, { signal })) {
    if (event.type === 'progress') {
      onProgress(event);
      continue;
    }
    models.put(event.model);
    notices.say(`“${plainName(event.model.name)}” lies in ${event.model.path} now`);
    router.go({ page: 'models', view: 'library' });
  }
}

/** The system's file dialog; null when it was cancelled. Problems become notices. */
export async function pickModel(app: AppState): Promise<string | null> {
  try {
    return (await app.client.shell.pickModelFile()).path;
  } catch (error) {
    app.notices.fail(toProblem(error));
    return null;
  }
}
