import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import { explainedSwitchOff } from './explained-switch-off.js';
import { fetchOwners, ipcOwners, networkModules, networkOwners, packageOwners } from './owners.js';

const typed = ['src-main/**/*.ts', 'src-renderer/**/*.ts', 'tests/**/*.ts', 'electron.vite.config.ts'];
const product = ['src-main/**/*.ts', 'src-renderer/**/*.{ts,svelte}'];

const rawIpc = ['ipcMain', 'ipcRenderer'];
const rawIpcMessage = 'Use handleChecked() of shells/electron/checked-ipc.ts: it checks who sends.';

/** The import rules of `folder`: nothing that another part owns. Without a folder, nothing that any part owns. */
function restrictedImports(folder, { ipcAllowed = false } = {}) {
  const foreign = Object.entries(packageOwners).filter(([, owners]) => !owners.includes(folder));
  const paths = foreign.map(([name, owners]) => ({
    name,
    message: `Only ${owners.join(', ')} uses ${name}.`,
  }));
  if (packageOwners.electron.includes(folder) && !ipcAllowed) {
    paths.push({ name: 'electron', importNames: rawIpc, message: rawIpcMessage });
  }
  if (!networkOwners.includes(folder)) {
    const message = `Only ${networkOwners.join(', ')} opens connections: Nibble sends nothing by itself.`;
    for (const name of networkModules) paths.push({ name, message }, { name: `node:${name}`, message });
  }
  return ['error', { paths }];
}

const folders = [...new Set([...Object.values(packageOwners).flat(), ...networkOwners])];

const noFetch = {
  name: 'fetch',
  message: `Only ${fetchOwners.join(', ')} fetches: Nibble sends nothing by itself.`,
};

export default ts.config(
  {
    ignores: [
      'node_modules/',
      'out/',
      'dist/',
      'coverage/',
      'test-results/',
      'resources/',
      'tests/fixtures/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  {
    plugins: { nibble: { rules: { 'explained-switch-off': explainedSwitchOff } } },
    rules: {
      'nibble/explained-switch-off': 'error',
      eqeqeq: ['error', 'always'],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "CallExpression[callee.property.name='catch'] > :function > BlockStatement[body.length=0]",
          message: 'Handle the failure, or name a function that says why it does not matter.',
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // `Record<string, T>` and `{ [k: string]: T }` read alike; a type alias is often the shorter word.
      '@typescript-eslint/consistent-type-definitions': 'off',
    },
  },
  {
    files: typed,
    extends: [...ts.configs.recommendedTypeCheckedOnly],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['electron.vite.config.ts'] },
        tsconfigRootDir: process.cwd(),
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      // Numbers in sentences need no ceremony.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // An interface's method may be async for the sake of its other implementations.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      // The compiler's warnings, those on accessibility among them.
      'svelte/valid-compile': 'error',
      // It takes the words of the reason behind `--` for names of warnings.
      'svelte/no-unused-svelte-ignore': 'off',
      // What is reactive says so with $state; a plain map beside it is meant to be plain.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/no-at-html-tags': 'error',
      'svelte/button-has-type': 'error',
      'svelte/require-each-key': 'error',
      'svelte/no-target-blank': 'error',
    },
  },
  { files: product, rules: { 'no-console': 'error', 'no-restricted-imports': restrictedImports() } },
  { files: ['src-main/shells/cli/**'], rules: { 'no-console': 'off' } },
  ...folders.map((folder) => ({
    files: [`${folder}/**`],
    rules: { 'no-restricted-imports': restrictedImports(folder) },
  })),
  {
    files: product,
    rules: {
      'no-restricted-properties': [
        'error',
        ...rawIpc.map((property) => ({ property, message: rawIpcMessage })),
      ],
    },
  },
  {
    files: ipcOwners,
    rules: {
      'no-restricted-properties': 'off',
      'no-restricted-imports': restrictedImports('src-main/shells/electron', { ipcAllowed: true }),
    },
  },
  {
    files: product,
    ignores: fetchOwners.map((folder) => `${folder}/**`),
    rules: { 'no-restricted-globals': ['error', noFetch] },
  },
  {
    files: product,
    rules: { 'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['build/**/*.{js,mjs,cjs}', 'tests/**/*.ts', '**/*.config.ts'],
    languageOptions: { globals: globals.node },
  },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },
  { files: ['src-renderer/**/*.ts'], languageOptions: { globals: globals.browser } },
  {
    files: ['tests/**/*.ts'],
    rules: {
      // `expect.any()` and its like are typed as any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // Stand-ins do nothing where the real thing does something, and return nothing by the contract's types.
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      // `expect(x).toBeDefined(); x!.y` says more about a test than a second branch would.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
