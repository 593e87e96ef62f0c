import type { ExpectedQuality, PlanVariant } from '../../../contract/plan.contract.ts';
import { expectedQuality } from '../quality/expected-quality.ts';
import { familyOf, hasImatrix, isQat } from '../quality/identify.ts';
import type { QualityQuestion } from '../quality/types.ts';
import type { TableModel } from './types.ts';

type Cache = Pick<PlanVariant, 'cacheTypeK' | 'cacheTypeV'>;
type Described = Pick<TableModel, 'file' | 'header' | 'summary' | 'uploader'>;

/** Expected loss of a file with a cache of these types. */
export function qualityOf(model: Described, cache: Cache): ExpectedQuality {
  const { inWords: words, ...expected } = expectedQuality({ ...questionOf(model), ...cache });
  return { ...expected, words };
}

/** What an ordinary file of that level of the same model would lose, in nats. */
export function lossAtLevel(model: Described, level: 'Q4_K_M' | 'Q6_K'): number {
  const question = { ...questionOf(model), level, isQat: false, bitsPerWeight: BITS[level] };
  return expectedQuality({ ...question, cacheTypeK: 'f16', cacheTypeV: 'f16' }).meanKld;
}

const BITS = { Q4_K_M: 4.89, Q6_K: 6.56 };

function questionOf(model: Described): Omit<QualityQuestion, keyof Cache> {
  const { file, header, summary, uploader } = model;
  const names = [file, summary.name];
  const { architecture, parameters, level, bitsPerWeight, vocabularySize } = summary;
  return {
    family: familyOf({ names, architecture, vocabularySize }),
    architecture,
    parameters,
    level,
    bitsPerWeight,
    hasImatrix: hasImatrix(header.metadata),
    isQat: isQat(names, header.metadata),
    uploader,
  };
}
