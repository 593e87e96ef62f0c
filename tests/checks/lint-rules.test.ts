import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantTree, runTool } from './planted-tree.ts';

/** Rules that protect the design, each with code that breaks it. */
const violations: [rule: string, file: string, code: string, says?: string][] = [
  [
    'no-restricted-imports',
    'src-main/shells/web/a.ts',
    "import { app } from 'electron';\napp.quit();",
    'shells/electron',
  ],
  [
    'no-restricted-imports',
    'src-main/services/a.ts',
    "import sql from 'better-sqlite3';\nnew sql('');",
    'services/store',
  ],
  [
    'no-restricted-imports',
    'src-main/services/b.ts',
    "import { getLlama } from 'node-llama-cpp';\nvoid getLlama();",
    'src-main/engine',
  ],
  [
    'no-restricted-imports',
    'src-main/services/c.ts',
    "import koffi from 'koffi';\nkoffi.load('');",
    'src-main/engine',
  ],
  [
    'no-restricted-imports',
    'src-main/services/d.ts',
    "import { get } from 'node:https';\nget('');",
    'sends nothing',
  ],
  [
    'no-restricted-imports',
    'src-main/shells/electron/a.ts',
    "import { ipcMain } from 'electron';\nexport const it = ipcMain;",
    'checked-ipc.ts',
  ],
  [
    'no-restricted-properties',
    'src-main/shells/electron/b.ts',
    "import electron from 'electron';\nexport const it = electron.ipcMain;",
    'checked-ipc.ts',
  ],
  ['no-restricted-globals', 'src-renderer/a.ts', "void fetch('/x');", 'sends nothing'],
  ['no-restricted-globals', 'src-main/services/e.ts', "void fetch('/x');", 'sends nothing'],
  [
    'svelte/no-at-html-tags',
    'src-renderer/A.svelte',
    '<script lang="ts">let { text }: { text: string } = $props();</script>\n{@html text}',
  ],
  ['svelte/valid-compile', 'src-renderer/B.svelte', '<img src="a.png" />', 'alt'],
  ['svelte/require-each-key', 'src-renderer/C.svelte', '{#each [1, 2] as n}{n}{/each}'],
  ['@typescript-eslint/no-explicit-any', 'src-main/services/f.ts', 'export const x: any = 1;'],
  ['no-empty', 'src-main/services/g.ts', 'try {\n  console.log();\n} catch {}'],
  ['no-restricted-syntax', 'src-main/services/h.ts', 'Promise.reject(new Error()).catch(() => {});'],
  ['@typescript-eslint/no-floating-promises', 'src-main/services/i.ts', 'Promise.reject(new Error());'],
  ['no-console', 'src-main/services/j.ts', "console.log('x');"],
  [
    'nibble/explained-switch-off',
    'src-main/services/k.ts',
    "// eslint-disable-next-line no-console\nconsole.log('x');",
  ],
  ['max-lines', 'src-main/services/l.ts', 'export {};\n'.repeat(301)],
];

/** Code that looks alike and is fine. */
const allowed: [file: string, code: string][] = [
  ['src-main/services/store/a.ts', "import sql from 'better-sqlite3';\nnew sql('');\n"],
  [
    'src-main/shells/electron/checked-ipc.ts',
    "import { ipcMain } from 'electron';\nexport const it = ipcMain;\n",
  ],
  ['src-main/shells/web/b.ts', "import { createServer } from 'node:http';\ncreateServer();\n"],
  ['src-renderer/lib/client/a.ts', "export const it = () => fetch('/x');\n"],
  ['src-main/shells/cli/a.ts', "console.log('x');\n"],
];

interface LintedFile {
  filePath: string;
  messages: { ruleId: string | null; message: string }[];
}

describe('lint rules', () => {
  let tree: ReturnType<typeof plantTree>;
  let files: LintedFile[];

  beforeAll(() => {
    const broken = violations.map(([, file, code]): [string, string] => [file, code]);
    tree = plantTree(Object.fromEntries([...broken, ...allowed]));
    const args = ['-c', 'build/checks/eslint.config.js', '--format', 'json', 'src-main', 'src-renderer'];
    files = runTool(tree.path, 'eslint/bin/eslint.js', args) as LintedFile[];
  });
  afterAll(() => tree[Symbol.dispose]());

  const messagesOf = (file: string) =>
    files.find(({ filePath }) => filePath === join(tree.path, file))?.messages ?? [];

  test.each(violations)('%s is broken in %s', (rule, file, _code, says = '') => {
    const found = messagesOf(file).filter(({ ruleId }) => ruleId === rule);
    expect(found.map(({ message }) => message).join('\n')).toContain(says);
    expect(found).not.toEqual([]);
  });

  test.each(allowed)('%s breaks nothing', (file) => {
    expect(files.map(({ filePath }) => filePath)).toContain(join(tree.path, file));
    expect(messagesOf(file)).toEqual([]);
  });
});
