/**
 * What a step of `npm test` comes to: `{ passed, failed, skipped: [{ name, reason }], notes, output }`.
 * `notes` are figures worth a line; `output` is shown when something failed.
 */
export const result = (fields) => ({ passed: 0, failed: 0, skipped: [], notes: [], output: '', ...fields });

export function addUp(results) {
  return result({
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
    skipped: results.flatMap(({ skipped }) => skipped),
    notes: results.flatMap(({ notes }) => notes),
    output: results
      .map(({ output }) => output)
      .filter(Boolean)
      .join('\n'),
  });
}

const count = (number, word) => (number > 0 ? [`${number} ${word}`] : []);

/** One line for a step, and below it what a person has to know: failures in full, skips with their reason. */
export function describeStep(name, { passed, failed, skipped, notes, output }, seconds) {
  const counts = [
    ...count(passed, 'passed'),
    ...count(failed, 'failed'),
    ...count(skipped.length, 'skipped'),
  ];
  const lines = [`${name.padEnd(14)} ${counts.join(', ').padEnd(36)} ${seconds.toFixed(1).padStart(6)} s`];
  for (const { name: test, reason } of skipped) lines.push(`  skipped: ${test}: ${reason}`);
  for (const note of notes) lines.push(`  ${note}`);
  if (failed > 0) lines.push('', output.trim(), '');
  return lines.join('\n');
}

/** The closing line. */
export const describeTotal = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
