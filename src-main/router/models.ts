import { problemError } from '../contract/problem.ts';
import type { App } from '../services/app.ts';
import { withProblems, type NibbleImplementer } from './base.ts';
import type { ShellCapabilities } from './shell.ts';

export function modelsRouter(
  { models: area }: NibbleImplementer,
  app: App,
  { revealFile }: Pick<ShellCapabilities, 'revealFile'>,
) {
  const { library } = app;
  return {
    list: area.list.handler(() => library.list()),
    open: area.open.handler(({ input }) => library.open(input.path)),
    forget: area.forget.handler(({ input }) => library.forget(input.modelId)),
    rename: area.rename.handler(({ input }) => library.rename(input.modelId, input.name)),
    details: area.details.handler(({ input }) => library.details(input.modelId)),
    verdicts: area.verdicts.handler(({ input }) => app.verdicts(input.modelIds)),
    removal: area.removal.handler(({ input }) => library.removal(input.modelId)),
    remove: area.remove.handler(({ input }) => library.remove(input.modelId)),
    restore: area.restore.handler(({ input }) => library.restore(input.removalId)),
    reveal: area.reveal.handler(async ({ input }) => {
      if (!revealFile) throw problemError('library.cannotReveal');
      revealFile(await library.pathOf(input.modelId));
    }),
    import: area.import.handler(({ input, signal }) => withProblems(library.import(input.path, signal))),
    library: area.library.handler(() => library.library()),
    addFolder: area.addFolder.handler(({ input }) => library.addFolder(input.path)),
    removeFolder: area.removeFolder.handler(({ input }) => library.removeFolder(input.path)),
    useProgram: area.useProgram.handler(({ input }) => library.useProgram(input.program, input.enabled)),
    rescan: area.rescan.handler(() => library.rescan()),
  };
}
