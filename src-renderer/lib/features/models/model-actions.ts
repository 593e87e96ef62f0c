import type { Model } from '$contract/models.contract.ts';
import { toProblem } from '../../client/problem.ts';
import { formatBytes } from '../../format/figures.ts';
import { plainName } from '../../format/visible-text.ts';
import type { AppState } from '../../state/app-state.svelte.ts';

/** Runs `work`; its problem becomes a notice. */
export async function orNotice(app: AppState, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    app.notices.fail(toProblem(error));
  }
}

export function useForNewChats(app: AppState, model: Model): Promise<void> {
  return orNotice(app, () => app.settings.change({ defaultModelId: model.id }));
}

export function forgetModel(app: AppState, model: Model): Promise<void> {
  return orNotice(app, async () => {
    await app.models.forget(model.id);
    app.notices.say(`“${plainName(model.name)}” is forgotten; its file stays`, {
      label: 'Undo',
      run: () => void orNotice(app, () => app.models.open(model.path)),
    });
  });
}

/** Moves the files to the trash. Where that can be taken back from here, the notice offers it. */
export function deleteModel(app: AppState, model: Model): Promise<void> {
  return orNotice(app, async () => {
    const { removalId, sizeBytes } = await app.client.models.remove({ modelId: model.id });
    app.models.drop(model.id);
    const text = `“${plainName(model.name)}”, ${formatBytes(sizeBytes)}, is in the trash`;
    app.notices.say(
      text,
      removalId === null
        ? null
        : {
            label: 'Undo',
            run: () =>
              void orNotice(app, async () => app.models.put(await app.client.models.restore({ removalId }))),
          },
    );
  });
}

export function revealModel(app: AppState, model: Model): Promise<void> {
  return orNotice(app, () => app.client.models.reveal({ modelId: model.id }));
}

/** Where there is no file manager to open: the path, to look for it oneself. */
export function copyPath(app: AppState, model: Model): Promise<void> {
  return navigator.clipboard.writeText(model.path).then(
    () => void app.notices.say('The path is copied'),
    // The browser refuses while the window has no focus.
    () => void app.notices.say(model.path),
  );
}
