import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { inRoot, nodeBinary, packageScript, root } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';
import { result } from './results.mjs';

const LIMIT_MS = 1_800_000;
const LONG_LIMIT_MS = 3_600_000;

/** Runs a project of tests/vitest.config.ts. Every test counts. */
export function vitestSuite(project, env) {
  const reporter = inRoot('build', 'test', 'vitest-reporter.mjs');
  return runSuite(project, { ...env, NO_COLOR: '1' }, [
    packageScript('vitest'),
    'run',
    '--config=tests/vitest.config.ts',
    `--project=${project}`,
    '--reporter=dot',
    `--reporter=${reporter}`,
  ]);
}

/** Runs a project of tests/playwright.config.ts. Every test counts. */
export function playwrightSuite(project, env) {
  // Playwright sets FORCE_COLOR for its workers, and Node warns when NO_COLOR says otherwise.
  return runSuite(project, { ...env, FORCE_COLOR: '0' }, [
    packageScript('@playwright/test', 'playwright'),
    'test',
    '--config=tests/playwright.config.ts',
    `--project=${project}`,
  ]);
}

async function runSuite(name, env, args) {
  mkdirSync(inRoot('test-results'), { recursive: true });
  const reportFile = inRoot('test-results', `${name}.report.json`);
  rmSync(reportFile, { force: true });
  const { code, output, leftovers } = await run(nodeBinary(), args, {
    cwd: root,
    env: { ...env, NIBBLE_REPORT: reportFile },
    timeoutMs: env.NIBBLE_LONG ? LONG_LIMIT_MS : LIMIT_MS,
  });
  if (!existsSync(reportFile))
    return result({ failed: 1, output: `${name} ended without a report.\n${output}` });
  const report = JSON.parse(readFileSync(reportFile, 'utf8'));
  const problems = [];
  if (report.passed + report.failed + report.skipped.length === 0) problems.push(`${name} ran no test.`);
  else if (code !== 0 && report.failed === 0) problems.push(`${name} ended with exit code ${code}.`);
  if (leftovers) problems.push(`${name} left processes behind.`);
  return result({
    ...report,
    failed: report.failed + problems.length,
    output: [output, ...problems].join('\n'),
  });
}
