/**
 * What a shell loads before it shows anything. Native modules and heavy packages come later, by `import()` or in a
 * process of their own: a package that is not listed here fails the check.
 */
import { fileURLToPath } from 'node:url';
import { staticImports } from './static-imports.mjs';

const atStart = {
  'web.js': ['pino'],
  'electron.js': ['electron', 'pino'],
  'cli.js': ['pino'],
};

let failed = false;
for (const [entry, allowed] of Object.entries(atStart)) {
  const { packages } = staticImports(fileURLToPath(new URL(`../../out/main/${entry}`, import.meta.url)));
  for (const [name, file] of packages) {
    if (allowed.includes(name)) continue;
    failed = true;
    console.error(`${entry} loads ${name} at start (imported by ${file}). Load it when it is needed.`);
  }
}
process.exitCode = failed ? 1 : 0;
