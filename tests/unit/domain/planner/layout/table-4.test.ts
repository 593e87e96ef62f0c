import { afterAll, expect, test } from 'vitest';
import { layoutOf } from '../../../../../src-main/domain/planner/layout/layout.ts';
import { isKnown } from '../../../../../src-main/domain/planner/layout/types.ts';
import { weightsByDevice } from '../../../../../src-main/domain/planner/analytic/weights.ts';
import { LlamaCppSource, readLevelRecipes } from '../../../../helpers/llama-cpp-source.ts';
import { realModel } from '../../../../helpers/real-models.ts';
import { realHeader } from '../../../../helpers/sparse-gguf.ts';

const source = new LlamaCppSource();
afterAll(() => source[Symbol.dispose]());

/** Bytes of the weights without header and padding: type, Llama 3.1 70B, Qwen3 14B. */
const published = `
  F32       282214825984 59073228800
  F16       141110050816 29537464320
  BF16      141110050816 29537464320
  Q8_0       74967187456 15692574720
  MXFP4_MOE  74967187456 15692574720
  Q6_K       57880281088 12115978240
  Q5_1       52993441792 11132308480
  Q5_K_M     49941954560 10508610560
  Q5_0       48649584640 10257935360
  Q5_K_S     48649584640 10257935360
  Q4_1       44305727488  9383562240
  Q4_K_M     42512531456  8995793920
  Q4_K_S     40339357696  8567516160
  IQ4_NL     40339357696  8591109120
  Q4_0       39961870336  8509189120
  IQ4_XS     38261800960  8174402560
  Q3_K_L     37132730368  7894691840
  Q3_K_M     34259632128  7315353600
  IQ3_M      31929171968  6877450240
  Q3_K_S     30904188928  6651146240
  IQ3_S      30904188928  6678999040
  IQ3_XS     29299867648  6369341440
  IQ3_XXS    28654387200  6163010560
  Q2_K       26367246336  5748024320
  Q2_K_S     24464080896  5383889920
  IQ2_M      24111431680  5316981760
  IQ2_S      22234480640  4957352960
  IQ2_XS     21134245888  4685629440
  TQ2_0      19105693696  4483640320
  IQ2_XXS    19089522688  4293232640
  IQ1_M      16743333888  3843696640
  TQ1_0      15897051136  3864325120
  IQ1_S      15335620608  3573975040`
  .trim()
  .split('\n')
  .map((row) => row.trim().split(/\s+/) as [string, string, string]);

test.each([
  ['Llama-3.1-70B', 'meta-llama-3.1-70b-instruct', 1],
  ['Qwen3-14B', 'qwen3-14b', 2],
] as const)('the weights of %s to the byte, for every level', (name, schema, column) => {
  const recipes = readLevelRecipes(source.read(`tests/snapshots/${schema}.schema`));
  const predicted = published.map((row) => {
    const recipe = recipes.get(row[0]);
    const layout = recipe && layoutOf(realHeader(realModel(name), recipe));
    const { cpu } = layout && isKnown(layout) ? weightsByDevice(layout, { gpuLayers: 0 }) : { cpu: NaN };
    return [row[0], cpu];
  });
  expect(predicted).toEqual(published.map((row) => [row[0], Number(row[column])]));
});
