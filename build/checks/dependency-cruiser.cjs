/**
 * Imports point one way (DESIGN.md, section 4):
 * shells → router → services → domain → base; everyone → contract; engine → contract, base and the child protocol;
 * the renderer → contract.
 */
const main = (folders) => `^src-main/(${folders})/`;

/** What each layer may reach below `src-main`, besides itself. */
const layers = {
  contract: '',
  base: 'contract',
  domain: 'base|contract',
  services: 'domain|base|contract',
  router: 'services|domain|base|contract',
  shells: 'router|services|domain|base|contract',
  engine: 'base|contract',
};
const childProtocol = '^src-main/services/engine-host/protocol\\.ts$';

const layerRules = Object.entries(layers).map(([layer, below]) => ({
  name: `layer-${layer}`,
  comment: `${layer} may import ${below.replaceAll('|', ', ') || 'nothing else of src-main'}.`,
  severity: 'error',
  from: { path: main(layer) },
  to: {
    path: '^src-main/',
    pathNot: [main(below ? `${layer}|${below}` : layer), ...(layer === 'engine' ? [childProtocol] : [])],
  },
}));

/** Packages that one folder owns. Matches however the package is resolved. */
const owners = {
  electron: '^src-main/shells/electron/',
  'better-sqlite3': '^src-main/services/store/',
  'node-llama-cpp': '^src-main/engine/',
  koffi: '^src-main/engine/',
};
const ownerRules = Object.entries(owners).map(([name, folder]) => ({
  name: `owner-${name}`,
  comment: `Only ${folder} imports ${name}.`,
  severity: 'error',
  from: { path: '^src-(main|renderer)/', pathNot: folder },
  to: { path: `(^|/)node_modules/(@types/)?${name}(/|$)|^${name}(/|$)` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    ...ownerRules,
    {
      name: 'contract-packages',
      comment: 'The contract is shared with the renderer: nothing but zod and oRPC.',
      severity: 'error',
      from: { path: '^src-main/contract/' },
      to: { dependencyTypesNot: ['local'], pathNot: 'node_modules/(zod|@orpc)/' },
    },
    {
      name: 'pure-layers',
      comment: 'base and domain are plain logic: no packages. zod comes in through the contract.',
      severity: 'error',
      from: { path: main('base|domain') },
      to: { path: 'node_modules/' },
    },
    {
      name: 'shells-apart',
      comment: 'A shell does not import another shell; what they have in common is in shells/shared.',
      severity: 'error',
      from: { path: '^src-main/shells/([^/]+)/' },
      to: { path: '^src-main/shells/([^/]+)/', pathNot: '^src-main/shells/($1|shared)/' },
    },
    {
      name: 'renderer-contract-only',
      comment: 'The renderer knows the contract and nothing else of the main side.',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^src-main/', pathNot: main('contract') },
    },
    {
      name: 'main-without-renderer',
      comment: 'The main side works without the renderer.',
      severity: 'error',
      from: { path: '^src-main/' },
      to: { path: '^src-renderer/' },
    },
    {
      name: 'renderer-without-node',
      comment: 'The renderer runs in a sandbox: no Node modules.',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'product-without-tests',
      comment: 'What ships does not import tests or build tools.',
      severity: 'error',
      from: { path: '^src-' },
      to: { path: '^(tests|build)/' },
    },
    {
      name: 'no-cycle',
      comment: 'Two files that need each other are one file, or need a third. Types may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphan',
      comment: 'A file that nothing imports and that starts nothing is dead.',
      severity: 'error',
      from: { orphan: true, path: '^src-', pathNot: '\\.d\\.ts$' },
      to: {},
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: { path: '^src-' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'src-renderer/tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.svelte', '.svelte.ts', '.json'],
    },
  },
};
