import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectedQuality } from '../../../../../src-main/domain/planner/quality/expected-quality.ts';
import { familyCurves, GENERAL_RATIO } from '../../../../../src-main/domain/planner/quality/family-curve.ts';
import {
  families,
  kldOfPerplexities,
  llama3,
} from '../../../../../src-main/domain/planner/quality/published.ts';
import { IMATRIX_GAIN } from '../../../../../src-main/domain/planner/quality/reference-curve.ts';
import type { QualityQuestion } from '../../../../../src-main/domain/planner/quality/types.ts';
import { qualityInWords } from '../../../../../src-main/domain/planner/quality/words.ts';
import { familyNames, llama8b, models } from './questions.ts';

const RUNS = { numRuns: 10_000 };
const ROUNDING = 1 + 1e-9;

const loss = (question: Partial<QualityQuestion>) => expectedQuality({ ...llama8b, ...question }).meanKld;

describe('published figures', () => {
  test('every published row comes back as published, at its family and size', () => {
    for (const family of families) {
      for (const { level, imatrix, meanKld } of family.losses) {
        const question = { family: family.name, parameters: family.parameters, level, hasImatrix: imatrix };
        const answer = expectedQuality({ ...llama8b, ...question });
        expect(answer).toMatchObject({ basis: 'published', source: family.source });
        expect(answer.meanKld / meanKld).toBeCloseTo(1, 9);
      }
    }
  });

  test('the same label from another uploader is another file', () => {
    const qwen = { family: 'qwen3.5', architecture: 'qwen35', parameters: 8.95e9, level: 'Q4_K_M' };
    const mine = expectedQuality({ ...llama8b, ...qwen, hasImatrix: true, uploader: 'bartowski' });
    expect(mine.meanKld).toBeCloseTo(0.0087, 6);
    expect(mine.high).toBeGreaterThan(0.0222);
    expect(loss({ ...qwen, hasImatrix: true, uploader: 'unsloth' })).toBeCloseTo(0.0222, 6);
    expect(loss({ ...qwen, hasImatrix: false, uploader: 'lmstudio-community' })).toBeCloseTo(0.0353, 4);
  });

  test('a perplexity ratio tells the divergence within a fifth, for every level below Q6_K of LLaMA 3 8B', () => {
    const full = 6.231636;
    const perplexities = {
      Q5_K_M: 6.288607,
      Q4_K_M: 6.407115,
      Q4_0: 6.700147,
      Q3_K_M: 6.888498,
      Q2_K: 9.751568,
    };
    for (const [level, perplexity] of Object.entries(perplexities)) {
      const row = llama3.losses.find((candidate) => candidate.level === level && !candidate.imatrix);
      const quotient = (row?.meanKld ?? 0) / kldOfPerplexities(perplexity, full);
      expect(quotient).toBeGreaterThan(0.95);
      expect(quotient).toBeLessThan(1.2);
    }
  });

  test('the gain of an importance matrix is the median of the levels that have both', () => {
    const gains = llama3.losses
      .filter(({ imatrix }) => imatrix)
      .flatMap(({ level, meanKld }) => {
        const other = llama3.losses.find((row) => row.level === level && !row.imatrix);
        return other ? [other.meanKld / meanKld] : [];
      })
      .toSorted((a, b) => a - b);
    expect(gains).toHaveLength(6);
    expect(IMATRIX_GAIN).toBeGreaterThan(gains[2] ?? Infinity);
    expect(IMATRIX_GAIN).toBeLessThan(gains[3] ?? 0);
  });

  test('families differ: at Q2_K Gemma 2 loses a fifth of what Llama 3 does, an unknown one something between', () => {
    const question = { level: 'Q2_K', hasImatrix: true };
    const gemma = loss({ ...question, family: 'gemma-2', parameters: 9.24e9 });
    const unknown = loss({ ...question, family: null });
    expect(gemma / loss(question)).toBeCloseTo(0.21, 2);
    expect(unknown).toBeGreaterThan(gemma);
    expect(unknown).toBeLessThan(loss(question));
    expect(GENERAL_RATIO).toBeCloseTo(0.47, 1);
  });
});

describe('what must hold for every model', () => {
  const at = (model: QualityQuestion, level: string) => expectedQuality({ ...model, level }).meanKld;

  test('IQ4_XS beats Q4_0 and Q4_1 at less size', () => {
    fc.assert(
      fc.property(models, (model) => {
        expect(at(model, 'IQ4_XS')).toBeLessThanOrEqual(at(model, 'Q4_0'));
        expect(at(model, 'IQ4_XS')).toBeLessThanOrEqual(at(model, 'Q4_1'));
      }),
      RUNS,
    );
  });

  test('Q3_K_S loses to the smaller IQ3_XXS', () => {
    fc.assert(
      fc.property(models, (model) => {
        expect(at(model, 'Q3_K_S')).toBeGreaterThanOrEqual(at(model, 'IQ3_XXS'));
      }),
      RUNS,
    );
  });

  test.each(familyNames)('within a kind more bits never lose more: %s', (family) => {
    const { imatrix, plain } = familyCurves(family);
    for (const curve of [imatrix, plain]) {
      for (const kind of ['legacy', 'k', 'iq']) {
        const losses = curve.points.filter((point) => point.kind === kind).map(({ meanKld }) => meanKld);
        expect(losses).toEqual(losses.toSorted((a, b) => b - a));
      }
    }
  });

  test('a level that no table knows, or a variant, loses less with more bits', () => {
    const level = fc.constantFrom(null, 'Q8_K_XL', 'UD-Q3_K_XL', 'Q4_K_L', 'MXFP4', 'TQ1_0', 'nonsense');
    const bits = fc.double({ min: 0.5, max: 32, noNaN: true });
    fc.assert(
      fc.property(models, level, bits, bits, (model, label, a, b) => {
        const question = { ...model, isQat: false, level: label };
        const few = expectedQuality({ ...question, bitsPerWeight: Math.min(a, b) }).meanKld;
        const many = expectedQuality({ ...question, bitsPerWeight: Math.max(a, b) }).meanKld;
        expect(few * ROUNDING).toBeGreaterThanOrEqual(many);
      }),
      RUNS,
    );
  });

  test('small models lose more at the same level', () => {
    const size = fc.double({ min: 1e6, max: 1e13, noNaN: true });
    fc.assert(
      fc.property(models, size, size, (model, a, b) => {
        const small = at({ ...model, parameters: Math.min(a, b) }, 'Q4_K_M');
        const large = at({ ...model, parameters: Math.max(a, b) }, 'Q4_K_M');
        expect(small * ROUNDING).toBeGreaterThanOrEqual(large);
      }),
      RUNS,
    );
    expect(loss({ parameters: 1e9 }) / loss({ parameters: 8e9 })).toBeGreaterThan(2);
  });

  test('an importance matrix helps, and not knowing of one lies between', () => {
    fc.assert(
      fc.property(models, fc.constantFrom('Q2_K', 'Q4_K_M', 'IQ3_M', 'Q8_0', null), (model, level) => {
        const [with_, unknown, without] = [true, null, false].map(
          (hasImatrix) => expectedQuality({ ...model, level, hasImatrix }).meanKld,
        );
        expect(with_).toBeLessThanOrEqual((unknown ?? 0) * ROUNDING);
        expect(unknown).toBeLessThanOrEqual((without ?? 0) * ROUNDING);
      }),
      RUNS,
    );
  });

  test('no question makes it throw, and the answer lies in its interval', () => {
    const question: fc.Arbitrary<QualityQuestion> = fc.record({
      family: fc.option(fc.string()),
      architecture: fc.string(),
      parameters: fc.double(),
      level: fc.option(fc.oneof(fc.string(), fc.constantFrom('Q4_K_M', 'UD-IQ1_S', 'F16', '__proto__', 'Q'))),
      bitsPerWeight: fc.double(),
      hasImatrix: fc.constantFrom(true, false, null),
      isQat: fc.boolean(),
      uploader: fc.option(fc.string()),
      cacheTypeK: fc.oneof(fc.string(), fc.constantFrom('toString', 'q8_0')),
      cacheTypeV: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'q4_0')),
    });
    fc.assert(
      fc.property(question, fc.option(fc.double(), { nil: undefined }), (asked, measured) => {
        const answer = expectedQuality(asked, measured === undefined ? undefined : { meanKld: measured });
        expect(answer.low).toBeGreaterThanOrEqual(0);
        expect(answer.low).toBeLessThanOrEqual(answer.meanKld);
        expect(answer.high).toBeGreaterThanOrEqual(answer.meanKld);
        expect(Number.isFinite(answer.high)).toBe(true);
        expect(answer.inWords).toBe(qualityInWords(answer.meanKld));
      }),
      RUNS,
    );
  });
});

describe('what a file says of itself', () => {
  test('a file trained for its level is better than one that was only rounded to it', () => {
    const question = { family: null, level: 'Q4_0' };
    expect(loss({ ...question, isQat: true })).toBeLessThan(0.6 * loss(question));
    expect(loss({ level: 'F16', isQat: true, bitsPerWeight: 16 })).toBe(0);
  });

  test('originals lose nothing: full precision, and models that were born with four bits', () => {
    expect(['F16', 'BF16', 'F32'].map((level) => loss({ level, bitsPerWeight: 16 }))).toEqual([0, 0, 0]);
    expect(loss({ family: null, architecture: 'gpt-oss', level: 'MXFP4' })).toBe(0);
    expect(loss({ family: null, level: 'MXFP4', bitsPerWeight: 4.3 })).toBeGreaterThan(0.01);
  });

  test('a quantized cache costs a little, keys more than values, and both less than a level', () => {
    const full = { level: 'F16', bitsPerWeight: 16 };
    const keys = loss({ ...full, cacheTypeK: 'q8_0' });
    const values = loss({ ...full, cacheTypeV: 'q8_0' });
    const both = loss({ ...full, cacheTypeK: 'q8_0', cacheTypeV: 'q8_0' });
    expect(values).toBeLessThan(keys);
    expect(keys).toBeLessThan(both);
    // Published: 0.00079 over the unquantized run.
    expect(both).toBeGreaterThan(0.0007);
    expect(both).toBeLessThan(0.00102);
    expect(loss({ ...full, cacheTypeK: 'q4_0', cacheTypeV: 'q4_0' })).toBeGreaterThan(4 * both);
    expect(loss({ ...full, architecture: 'qwen2', cacheTypeK: 'q4_0' })).toBeGreaterThan(0.3);
  });

  test('a measurement replaces everything else', () => {
    const answer = expectedQuality(llama8b, { meanKld: 0.05, error: 0.01 });
    expect(answer).toMatchObject({ meanKld: 0.05, basis: 'measured' });
    expect(answer.low).toBeCloseTo(0.03, 9);
    expect(answer.high).toBeCloseTo(0.07, 9);
  });

  test('a publisher’s own recipe is less certain than the plain level', () => {
    const spread = ({ low, high }: { low: number; high: number }) => high / low;
    const plain = expectedQuality(llama8b);
    const dynamic = expectedQuality({ ...llama8b, level: 'UD-Q4_K_XL', bitsPerWeight: 5.1 });
    expect(dynamic.basis).toBe('modelled');
    expect(spread(dynamic)).toBeGreaterThan(spread(plain));
    expect(dynamic.meanKld).toBeLessThan(plain.meanKld);
  });
});

test.each([
  [0, 'the same answers'],
  [0.0014, 'no noticeable difference'],
  [0.0055, 'hardly any difference'],
  [0.031, 'a small difference'],
  [0.1, 'a noticeable difference'],
  [0.2, 'clearly worse answers'],
  [0.44, 'much worse answers'],
  [2.2, 'hardly usable'],
  [NaN, 'hardly usable'],
])('a divergence of %f is called "%s"', (meanKld, text) => {
  expect(qualityInWords(meanKld)).toBe(text);
});
