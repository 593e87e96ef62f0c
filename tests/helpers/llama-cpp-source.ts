/** llama.cpp's source at the linked release, which the engine library carries as a git bundle. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bundle = join(import.meta.dirname, '../../node_modules/node-llama-cpp/llama/gitRelease.bundle');

export class LlamaCppSource implements Disposable {
  readonly #folder: string;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'nibble-llama-cpp-'));
    execFileSync('git', ['clone', '--quiet', '--bare', bundle, this.#folder]);
  }

  read(path: string): string {
    return execFileSync('git', ['-C', this.#folder, 'show', `HEAD:${path}`], { encoding: 'utf8' });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** For each level, which type a tensor gets. From `tests/snapshots`, made by llama.cpp's own quantizer without imatrix. */
export function readLevelRecipes(schema: string): Map<string, (tensor: string) => string> {
  const recipes = new Map<string, (tensor: string) => string>();
  for (const section of schema.split('\n\n')) {
    const [heading = '', ...lines] = section.trim().split('\n');
    const [, level, usual] = /^\[(\w+)\] (\w+)$/.exec(heading) ?? [];
    if (!level || !usual) continue;
    const own = new Map(lines.map((line) => line.split(' ') as [string, string]));
    recipes.set(level, (tensor) => (own.get(tensor) ?? usual).toUpperCase());
  }
  return recipes;
}
