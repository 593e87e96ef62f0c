import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, resolve } from 'node:path';
import { parseAst } from 'vite';

const importing = new Set(['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration']);

/**
 * Everything that runs before the first line of `entry` does: the files it imports statically, directly or not, and
 * the packages they name. What is loaded later by `import()` is not in it.
 */
export function staticImports(entry) {
  const files = new Set();
  const packages = new Map();
  const visit = (file) => {
    if (files.has(file)) return;
    files.add(file);
    for (const node of parseAst(readFileSync(file, 'utf8')).body) {
      const source = importing.has(node.type) ? node.source?.value : undefined;
      if (!source || isBuiltin(source)) continue;
      if (/^[./]/.test(source)) visit(resolve(dirname(file), source));
      else packages.set(source, file);
    }
  };
  if (!existsSync(entry)) throw new Error(`${entry} is missing: build first.`);
  visit(entry);
  return { files: [...files], packages };
}
