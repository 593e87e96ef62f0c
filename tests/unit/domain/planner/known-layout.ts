import { layoutOf } from '../../../../src-main/domain/planner/layout/layout.ts';
import { isKnown, type ModelLayout } from '../../../../src-main/domain/planner/layout/types.ts';
import type { RealModel } from '../../../helpers/real-models.ts';
import { realHeader, type MatrixTypes } from '../../../helpers/sparse-gguf.ts';

export function knownLayout(model: RealModel, type: MatrixTypes = 'F16'): ModelLayout {
  const layout = layoutOf(realHeader(model, type));
  if (!isKnown(layout)) throw new Error(`${model.name} is not known: ${layout.field ?? layout.unknown}`);
  return layout;
}
