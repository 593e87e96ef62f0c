import { writeFileSync } from 'node:fs';

/** Writes the counts of a run, and why tests were skipped, to the file that NIBBLE_REPORT names. */
export default class CountingReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const report = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      // A file that could not be loaded has no tests to count.
      report.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') report.passed += 1;
        else if (state === 'failed') report.failed += 1;
        else report.skipped.push({ name: test.fullName, reason: note ?? 'marked so in the test' });
      }
    }
    writeFileSync(process.env.NIBBLE_REPORT, JSON.stringify(report));
  }
}
