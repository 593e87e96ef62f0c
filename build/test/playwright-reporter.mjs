import { writeFileSync } from 'node:fs';

/** Writes the counts of a run, and why tests were skipped, to the file that NIBBLE_REPORT names. */
export default class CountingReporter {
  #errors = 0;
  #suite = null;

  onBegin(_config, suite) {
    this.#suite = suite;
  }

  onError() {
    this.#errors += 1;
  }

  onEnd() {
    const file = process.env.NIBBLE_REPORT;
    if (!file) return;
    const report = { passed: 0, failed: this.#errors, skipped: [] };
    for (const test of this.#suite?.allTests() ?? []) {
      const outcome = test.outcome();
      if (outcome === 'expected') report.passed += 1;
      else if (outcome !== 'skipped') report.failed += 1;
      else report.skipped.push({ name: test.title, reason: reasonOf(test) });
    }
    writeFileSync(file, JSON.stringify(report));
  }

  printsToStdio() {
    return false;
  }
}

function reasonOf(test) {
  const annotations = [...test.annotations, ...test.results.flatMap((result) => result.annotations)];
  const skip = annotations.find(({ type, description }) => type === 'skip' && description);
  return skip?.description ?? 'a test before it failed, or it is marked so';
}
