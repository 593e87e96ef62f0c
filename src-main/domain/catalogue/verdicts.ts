import type { CatalogueModel } from '../../contract/catalogue.ts';
import type { CatalogueVerdict, ModelVerdicts } from '../../contract/discover.contract.ts';
import { planTable } from '../planner/table/plan-table.ts';
import type { TableMachine } from '../planner/table/types.ts';
import { outlineModel } from './outline.ts';

/**
 * What to expect of a model's levels on a machine before anything of it was read: the planner's own table, from the
 * published size of each level and the model's published shape.
 */
export function modelVerdicts(model: CatalogueModel, machine: TableMachine): ModelVerdicts {
  const { variants, pick } = planTable(
    model.levels.map((level) => outlineModel(model, level)),
    machine,
    {},
  );
  const verdicts = variants.map(({ fits, memory, contextSize, speed }, index): CatalogueVerdict => ({
    level: model.levels[index]?.level ?? '',
    fits,
    neededBytes: memory.devices.reduce((sum, { totalBytes }) => sum + totalBytes, 0),
    contextSize,
    speed,
  }));
  return { id: model.id, verdicts, pick };
}
