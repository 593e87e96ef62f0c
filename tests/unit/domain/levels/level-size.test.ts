import { expect, test } from 'vitest';
import { sizeFromLevel, type SizedModel } from '../../../../src-main/domain/levels/level-size.ts';

const GB = 1e9;
const llama8b: SizedModel = {
  parameters: 8_030_261_248,
  vocabularySize: 128_256,
  embeddingLength: 4096,
  isTied: false,
};
const llama70b: SizedModel = { ...llama8b, parameters: 70_553_706_496, embeddingLength: 8192 };

/** Published sizes in GB. */
const files8b = `f16 16.07 · Q8_0 8.54 · Q6_K_L 6.85 · Q6_K 6.60 · Q5_K_L 6.06 · Q5_K_M 5.73 · Q5_K_S 5.60 · Q4_K_L 5.31 ·
  Q4_K_M 4.92 · Q3_K_XL 4.78 · Q4_K_S 4.69 · Q4_0 4.68 · IQ4_NL 4.68 · IQ4_XS 4.45 · Q3_K_L 4.32 · Q3_K_M 4.02 · IQ3_M 3.78 ·
  Q2_K_L 3.69 · Q3_K_S 3.66 · IQ3_XS 3.52 · Q2_K 3.18 · IQ2_M 2.95`;
const files70b = `Q8_0 74.98 · Q6_K 57.89 · Q5_K_L 50.60 · Q5_K_M 49.95 · Q5_K_S 48.66 · Q4_K_L 43.30 · Q4_K_M 42.52 ·
  Q4_K_S 40.35 · Q4_0 40.12 · Q3_K_XL 38.06 · IQ4_XS 37.90 · Q3_K_L 37.14 · Q3_K_M 34.27 · IQ3_M 31.94 · Q3_K_S 30.91`;

const published = [...rows('8B', files8b, llama8b), ...rows('70B', files70b, llama70b)];

function rows(name: string, table: string, model: SizedModel) {
  return table.split('·').map((entry) => {
    const [level = '', size] = entry.trim().split(' ');
    return [level, name, Number(size), model] as const;
  });
}

test.each(published)('%s of Llama 3.1 %s takes about %f GB', (level, name, size, model) => {
  const predicted = (sizeFromLevel(`${name}-${level}.gguf`, model) ?? 0) / GB;
  expect(Math.abs(predicted / size - 1)).toBeLessThan(0.03);
});

test('embeddings that are the output as well are stored once, as an output is', () => {
  const tied: SizedModel = { parameters: 1e9, vocabularySize: 100_000, embeddingLength: 2560, isTied: true };
  const matrix = 256_000_000;
  const layers = 1e9 - matrix;
  expect(sizeFromLevel('Q4_K_M', tied)).toBe(Math.round((layers * 4.7971 + matrix * 6.5625) / 8));
});

test('a name that does not tell how the file was made gives no size', () => {
  expect(sizeFromLevel('Qwen3-4B-UD-Q4_K_XL.gguf', llama8b)).toBeNull();
  expect(sizeFromLevel('model.gguf', llama8b)).toBeNull();
  expect(sizeFromLevel('gpt-oss-20b-MXFP4.gguf', llama8b)).toBeNull();
});
