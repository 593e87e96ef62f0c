import type { Candidate } from './candidate.ts';

/**
 * What a model of that size cannot know, in nats a token: A / N^α of Hoffmann et al. 2022 (arXiv:2203.15556, A = 406.4, α = 0.34).
 * It makes models of different sizes comparable: 8B at Q2_K is about as good as 1B at F16.
 */
function missingBySize(parameters: number): number {
  return 406.4 / Math.max(1, parameters) ** 0.34;
}

/**
 * By model, so that files of one model differ by their level alone: one with an output matrix of its own has more parameters, and
 * knows no more.
 */
export function sizeLosses(candidates: readonly Candidate[]): ReadonlyMap<string, number> {
  const losses = new Map<string, number>();
  for (const { modelKey, model } of candidates) {
    const loss = missingBySize(model.summary.parameters);
    losses.set(modelKey, Math.min(loss, losses.get(modelKey) ?? Infinity));
  }
  return losses;
}

/**
 * Files count as equally good whose losses lie in the same class. The first is 0.005 nats wide: Q8_0 and F16 of an 8B model are less than
 * that apart, and no one sees it in answers. Each further one begins at 1.5 times as much and 0.005 more, since two publishers' files of one
 * level differ by a factor of 1.5 and more. On LLaMA 3 8B: F16 and Q8_0; Q6_K and Q5_K_M; Q5_K_S to Q5_0; Q4_K_M to IQ4_XS; …
 * Classes are fixed: "less than 0.005 apart" alone would make A equal to B and B to C, but not A to C, and the choice depend on the order.
 */
const FIRST_CLASS = 0.005;
const CLASS_RATIO = 1.5;
const UNIT = FIRST_CLASS / (CLASS_RATIO - 1);

/** Where the class of a loss begins. */
export function countedLoss(loss: number): number {
  const place = Math.floor(Math.log1p(loss / UNIT) / Math.log(CLASS_RATIO));
  return UNIT * (CLASS_RATIO ** place - 1);
}
