/** The JavaScript and CSS that the renderer needs for its first paint, compressed as a server would send them. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { staticImports } from './static-imports.mjs';

const FIRST_PAINT_JS_LIMIT_KB = 120;

const renderer = fileURLToPath(new URL('../../out/renderer', import.meta.url));
const html = readFileSync(join(renderer, 'index.html'), 'utf8');
const named = (pattern) => [...html.matchAll(pattern)].map(([, path]) => resolve(renderer, path));
const scripts = named(/<(?:script|link)[^>]+(?:src|href)="([^"]+\.js)"/g);
const styles = named(/<link[^>]+href="([^"]+\.css)"/g);

const compressedKb = (files) =>
  files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0) / 1000;
const js = compressedKb([...new Set(scripts.flatMap((file) => staticImports(file).files))]);

console.log(
  `first paint: ${js.toFixed(1)} kB of JavaScript (limit ${FIRST_PAINT_JS_LIMIT_KB}), ${compressedKb(styles).toFixed(1)} kB of CSS, gzipped`,
);
process.exitCode = js > FIRST_PAINT_JS_LIMIT_KB || scripts.length === 0 ? 1 : 0;
