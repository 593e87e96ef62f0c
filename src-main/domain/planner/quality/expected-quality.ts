import { cacheLoss } from './cache-loss.ts';
import { familyCurves, type FamilyCurve } from './family-curve.ts';
import { levelOf, type Level } from './levels.ts';
import { uploaderFactors } from './published.ts';
import { imatrixGain, lossAtBits } from './reference-curve.ts';
import type { ExpectedQuality, MeasuredQuality, QualityQuestion } from './types.ts';
import { qualityInWords } from './words.ts';

/**
 * Loss ∝ parameters^−0.41: the median over twelve levels of LLaMA 7B and 13B (perplexities of llama.cpp's README of 2023: Q4_0 loses 4.1 and
 * 2.5 % there, Q2_K 13.7 and 10.8 %). From 0.05 for Q4_K_M to 1.24 for Q5_0, so each factor of e in size adds to the uncertainty.
 */
const SIZE_EXPONENT = 0.41;
const SIZE_UNCERTAINTY = 0.6;
const SMALLEST = 1e8;
const LARGEST = 2e12;

/**
 * A publisher's variant of a level puts its additional bits mostly into embeddings and output: worth less than a higher level. The level itself is taken
 * at its table's loss whatever its bits: they differ between models by how large the embeddings are, and not by what the layers have.
 */
const SLOPE_INSIDE_LEVEL = 0.5;
const MOST_EXTRA_BITS = 1.5;

/** Google gives 54 % less perplexity lost for Gemma 3 trained for Q4_0 than for Q4_0 of the finished model. */
const QAT_FACTOR = 0.46;
/** Formats wider than this are not what anyone trains for. */
const QAT_MOST_BITS = 7;

/** Sources of uncertainty as factors up and down. They are independent, so their logarithms add like the sides of right triangles. */
const PUBLISHED_SPREAD = 1.15;
const SCALED_SPREAD = 1.8;
const GENERAL_SPREAD = 2.2;
const OTHER_UPLOADER = 1.5;
const VARIANT_SPREAD = 1.6;
const QAT_SPREAD = 1.5;

const MEASURED_SPREAD = 0.1;
/** A larger mean is a measurement gone wrong: e^50 tokens are in no vocabulary. */
const MOST_NATS = 50;
const FALLBACK_BITS = 4.5;

/** A native 4-bit model: the file is the original. */
const isNative = ({ architecture, level }: QualityQuestion) =>
  architecture === 'gpt-oss' && (level ?? '').startsWith('MXFP4');

/** How far the answers of a file are from those of its F16 original. */
export function expectedQuality(question: QualityQuestion, measured?: MeasuredQuality): ExpectedQuality {
  const figures = figuresOf(question, measured);
  return { ...figures, inWords: qualityInWords(figures.meanKld) };
}

type Figures = Omit<ExpectedQuality, 'inWords'>;

function figuresOf(question: QualityQuestion, measured: MeasuredQuality | undefined): Figures {
  if (measured && measured.meanKld >= 0 && measured.meanKld <= MOST_NATS) return fromMeasurement(measured);
  const cache = cacheLoss(question.architecture, question.cacheTypeK, question.cacheTypeV);
  const level = levelOf(question.level);
  if (level.isFull || isNative(question)) {
    return { meanKld: cache, low: 0, high: 2 * cache, basis: 'published', source: 'the original weights' };
  }
  const weights = weightsLoss(question, level);
  return { ...weights, meanKld: weights.meanKld + cache, high: weights.high + 2 * cache };
}

function fromMeasurement({ meanKld, error = 0 }: MeasuredQuality): Figures {
  const spread = Math.max(
    meanKld * MEASURED_SPREAD,
    Number.isFinite(error) ? Math.min(MOST_NATS, 2 * Math.abs(error)) : 0,
  );
  return {
    meanKld,
    low: Math.max(0, meanKld - spread),
    high: meanKld + spread,
    basis: 'measured',
    source: 'measured on this computer',
  };
}

function weightsLoss(question: QualityQuestion, level: Level): Figures {
  const curves = familyCurves(question.family);
  const best = lossOn(curves.imatrix, question, level);
  const worst = lossOn(curves.plain, question, level);
  const meanKld = between(best, worst, question.hasImatrix);
  const curve = question.hasImatrix === true ? curves.imatrix : curves.plain;
  const point = curve.points.find((candidate) => candidate.level === level.known);
  const uploader = uploaderFactors.find(
    ({ family, uploader: name }) => family === question.family && name === question.uploader,
  );
  const scale = (uploader?.factor ?? 1) * qatFactor(question);
  const isPublished =
    point?.isPublished === true &&
    question.hasImatrix !== null &&
    !level.isVariant &&
    !question.isQat &&
    isNear(question.parameters, curve.parameters);
  const isKnownUploader = uploader !== undefined || curve.family?.name === 'nibble-tiny';
  const spread = spreadOf(question, level, curve, { isPublished, isKnownUploader });
  return {
    meanKld: meanKld * scale,
    low: (meanKld * scale) / spread.down,
    high: meanKld * scale * spread.up,
    basis: isPublished ? 'published' : 'modelled',
    source: curve.family ? curve.family.source : 'published curves of other models',
  };
}

/** Not knowing of a matrix, the geometric middle. */
function between(best: number, worst: number, hasImatrix: boolean | null): number {
  if (hasImatrix === null) return Math.sqrt(best * worst);
  return hasImatrix ? best : worst;
}

function lossOn(curve: FamilyCurve, question: QualityQuestion, level: Level): number {
  const bits = Number.isFinite(question.bitsPerWeight)
    ? Math.max(0.5, question.bitsPerWeight)
    : FALLBACK_BITS;
  const point = curve.points.find((candidate) => candidate.level === level.known);
  const atSize = Math.exp(-SIZE_EXPONENT * logOfSize(question.parameters, curve.parameters));
  if (!point) return lossAtBits(curve.points, level.kind, bits) * atSize;
  const difference = level.isVariant ? bits - point.bits : 0;
  const extra = Math.max(-MOST_EXTRA_BITS, Math.min(MOST_EXTRA_BITS, difference));
  return point.meanKld * Math.exp(-SLOPE_INSIDE_LEVEL * extra) * atSize;
}

function qatFactor({ isQat, bitsPerWeight }: QualityQuestion): number {
  return isQat && !(bitsPerWeight > QAT_MOST_BITS) ? QAT_FACTOR : 1;
}

function spreadOf(
  question: QualityQuestion,
  level: Level,
  curve: FamilyCurve,
  { isPublished, isKnownUploader }: { isPublished: boolean; isKnownUploader: boolean },
) {
  const factors = [
    isPublished ? PUBLISHED_SPREAD : SCALED_SPREAD,
    curve.family ? 1 : GENERAL_SPREAD,
    level.isVariant ? VARIANT_SPREAD : 1,
    question.isQat ? QAT_SPREAD : 1,
    question.hasImatrix === null ? Math.sqrt(imatrixGain(question.bitsPerWeight)) : 1,
    Math.exp(SIZE_UNCERTAINTY * logOfSize(question.parameters, curve.parameters)),
  ];
  const otherFiles = isKnownUploader ? 1 : OTHER_UPLOADER;
  const worseFiles = isKnownUploader ? 1 : (curve.family?.worseFiles ?? OTHER_UPLOADER);
  return { down: combined([...factors, otherFiles]), up: combined([...factors, worseFiles]) };
}

function combined(factors: readonly number[]): number {
  return Math.exp(Math.hypot(...factors.map(Math.log)));
}

function logOfSize(parameters: number, reference: number): number {
  if (!Number.isFinite(parameters) || parameters <= 0) return 0;
  // The built-in model is smaller than the smallest; its own family is measured at its own size.
  const least = Math.min(SMALLEST, reference);
  return Math.log(Math.min(LARGEST, Math.max(least, parameters)) / reference);
}

function isNear(parameters: number, reference: number): boolean {
  return Math.abs(logOfSize(parameters, reference)) < 0.1;
}
