import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { layOutBenchmark, type BenchmarkShape } from '../../domain/planner/benchmark/model.ts';

/** Benchmark models in a folder of their own, which is gone afterwards. They are nearly all hole: gigabytes of them cost no disk. */
export class BenchmarkFiles implements AsyncDisposable {
  readonly #folder: string;
  readonly #paths = new Map<string, Promise<string>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** `cacheDir` exists. */
  static async open(cacheDir: string): Promise<BenchmarkFiles> {
    return new BenchmarkFiles(await mkdtemp(join(cacheDir, 'benchmark-')));
  }

  get scratchPath(): string {
    return join(this.#folder, 'past');
  }

  /** Path of the model; written the first time. */
  model(shape: BenchmarkShape): Promise<string> {
    const key = JSON.stringify(shape);
    const path = this.#paths.get(key) ?? write(join(this.#folder, `${this.#paths.size}.gguf`), shape);
    this.#paths.set(key, path);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function write(path: string, shape: BenchmarkShape): Promise<string> {
  const { headerBytes, fileSizeBytes } = layOutBenchmark(shape);
  await using file = await open(path, 'wx', 0o600);
  await file.write(headerBytes, 0, headerBytes.length, 0);
  await file.truncate(fileSizeBytes);
  return path;
}
