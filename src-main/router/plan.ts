import type { App } from '../services/app.ts';
import type { NibbleImplementer } from './base.ts';

export function planRouter({ plan: area }: NibbleImplementer, app: App) {
  return {
    table: area.table.handler(({ input: { source, wishes, machine }, signal }) =>
      app.planTable.table({ sources: [source], wishes, machine, signal }),
    ),
    measure: area.measure.handler(async () => ({ isNew: await app.measuring.now() })),
    forModel: area.forModel.handler(({ input }) => app.planForModel(input.modelId, input.contextSize)),
  };
}
