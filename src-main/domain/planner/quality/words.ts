/** In LLaMA 3 8B: Q8_0 0.001, Q6_K 0.005, Q5_K_M 0.01, Q4_K_M 0.03, Q3_K_M 0.08, Q3_K_S 0.2, Q2_K 0.33, IQ1_M 1.4. */
const words: readonly (readonly [below: number, text: string])[] = [
  [0.0005, 'the same answers'],
  [0.003, 'no noticeable difference'],
  [0.015, 'hardly any difference'],
  [0.05, 'a small difference'],
  [0.12, 'a noticeable difference'],
  [0.3, 'clearly worse answers'],
  [1, 'much worse answers'],
];
const WORST = 'hardly usable';

/** What a person would notice next to the original. */
export function qualityInWords(meanKld: number): string {
  return words.find(([below]) => meanKld < below)?.[1] ?? WORST;
}
