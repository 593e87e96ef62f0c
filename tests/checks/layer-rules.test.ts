import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantTree, runTool } from './planted-tree.ts';

/** Each rule with a file that breaks it and the import by which it does. */
const violations: [rule: string, file: string, imports: string][] = [
  ['layer-contract', 'src-main/contract/a.ts', '../base/good.ts'],
  ['layer-base', 'src-main/base/a.ts', '../domain/good.ts'],
  ['layer-domain', 'src-main/domain/a.ts', '../services/good.ts'],
  ['layer-services', 'src-main/services/a.ts', '../router/good.ts'],
  ['layer-router', 'src-main/router/a.ts', '../shells/web/good.ts'],
  ['layer-shells', 'src-main/shells/web/a.ts', '../../engine/good.ts'],
  ['layer-engine', 'src-main/engine/a.ts', '../services/good.ts'],
  ['owner-electron', 'src-main/shells/web/b.ts', 'electron'],
  ['owner-better-sqlite3', 'src-main/services/b.ts', 'better-sqlite3'],
  ['owner-node-llama-cpp', 'src-main/services/c.ts', 'node-llama-cpp'],
  ['owner-koffi', 'src-main/services/d.ts', 'koffi'],
  ['contract-packages', 'src-main/contract/b.ts', 'pino'],
  ['pure-layers', 'src-main/domain/b.ts', 'zod'],
  ['shells-apart', 'src-main/shells/web/c.ts', '../cli/good.ts'],
  ['renderer-contract-only', 'src-renderer/a.ts', '../src-main/domain/good.ts'],
  ['main-without-renderer', 'src-main/shells/web/d.ts', '../../../src-renderer/good.ts'],
  ['renderer-without-node', 'src-renderer/b.ts', 'node:fs'],
  ['product-without-tests', 'src-main/services/e.ts', '../../tests/good.ts'],
  ['no-cycle', 'src-main/domain/c.ts', './cycle.ts'],
  ['no-unresolvable', 'src-main/domain/d.ts', './nowhere.ts'],
];

/** Imports that look alike and are fine. */
const allowed: [file: string, imports: string][] = [
  ['src-main/engine/protocol-user.ts', '../services/engine-host/protocol.ts'],
  ['src-main/shells/web/e.ts', '../shared/good.ts'],
  ['src-main/services/store/a.ts', 'better-sqlite3'],
  ['src-main/engine/b.ts', 'node-llama-cpp'],
  ['src-main/shells/electron/a.ts', 'electron'],
  ['src-renderer/c.ts', '../src-main/contract/good.ts'],
];

const importLine = (from: string) => `import * as it from '${from}';\nexport default it;\n`;
const good = 'export const good = 1;\n';
const goodPlaces = ['contract', 'base', 'domain', 'services', 'router', 'engine'].map(
  (layer) => `src-main/${layer}`,
);
const goodFolders = [
  ...goodPlaces,
  ...['web', 'cli', 'shared'].map((name) => `src-main/shells/${name}`),
  'src-renderer',
  'tests',
];

interface Cruise {
  summary: { violations: { rule: { name: string }; from: string }[] };
}

const { forbidden } = createRequire(import.meta.url)('../../build/checks/dependency-cruiser.cjs') as {
  forbidden: { name: string }[];
};

describe('layer rules', () => {
  let tree: ReturnType<typeof plantTree>;
  let found: string[];

  beforeAll(() => {
    tree = plantTree({
      ...Object.fromEntries(goodFolders.map((folder) => [`${folder}/good.ts`, good])),
      ...Object.fromEntries(violations.map(([, file, imports]) => [file, importLine(imports)])),
      ...Object.fromEntries(allowed.map(([file, imports]) => [file, importLine(imports)])),
      'src-main/services/engine-host/protocol.ts': good,
      'src-main/domain/cycle.ts': importLine('./c.ts'),
      'src-main/domain/type-cycle-a.ts': `import type { B } from './type-cycle-b.ts';\nexport interface A { b: B }\n`,
      'src-main/domain/type-cycle-b.ts': `import type { A } from './type-cycle-a.ts';\nexport interface B { a: A }\n`,
      'src-main/domain/alone.ts': good,
    });
    const args = [
      '-c',
      'build/checks/dependency-cruiser.cjs',
      '--output-type',
      'json',
      'src-main',
      'src-renderer',
    ];
    const { summary } = runTool(tree.path, 'dependency-cruiser/bin/dependency-cruiser.mjs', args) as Cruise;
    found = summary.violations.map(({ rule, from }) => `${rule.name} ${from}`);
  });
  afterAll(() => tree[Symbol.dispose]());

  test.each(violations)('%s is broken by %s importing %s', (rule, file) => {
    expect(found).toContain(`${rule} ${file}`);
  });

  test('no-orphan is broken by a file that nothing imports', () => {
    expect(found).toContain('no-orphan src-main/domain/alone.ts');
  });

  test.each([...allowed.map(([file]) => file), 'src-main/domain/type-cycle-a.ts'])(
    '%s breaks nothing',
    (file) => {
      expect(found.filter((violation) => violation.endsWith(` ${file}`))).toEqual([]);
    },
  );

  test('every rule is tried here', () => {
    const tried = new Set([...violations.map(([rule]) => rule), 'no-orphan']);
    expect(forbidden.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });
});
