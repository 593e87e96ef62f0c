import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { GgufHeader } from '../../domain/gguf/types.ts';
import type { Simulation } from '../../domain/planner/types.ts';

const ENDING = '.json';
const MAX_FILES = 64;
/** A plan looks at some hundred candidates; three contexts of a person's own add theirs. */
const MAX_ENTRIES = 1_000;
/** An entry takes some 120 bytes. */
const MAX_FILE_BYTES = 512 * 1024;
/** Longer lists are vocabularies, which are not always kept; the place of the data tells their size. */
const LONGEST_HASHED_ARRAY = 1024;

const useSchema = z.object({
  weightsBytes: z.number().nonnegative(),
  contextBytes: z.number().nonnegative(),
});
const simulationSchema: z.ZodType<Simulation> = z.union([
  z.object({ cpu: useSchema, gpu: useSchema.nullable() }),
  z.object({ impossible: z.string() }),
]);
const fileSchema = z.object({
  machine: z.string(),
  simulations: z.array(z.tuple([z.string(), simulationSchema])),
});

/**
 * What llama.cpp's simulation said, on disk: one file a model, by the hash of its header. It holds for one machine and one
 * engine; whatever is wrong with a file, its candidates are simulated again.
 */
export class SimulationStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** By settings, as they were put. */
  async get(header: GgufHeader, machine: string): Promise<Map<string, Simulation>> {
    const path = this.#path(header);
    const stats = await stat(path).catch(() => null);
    if (!stats?.isFile() || stats.size > MAX_FILE_BYTES) return new Map();
    const text = await readFile(path, 'utf8').catch(() => '');
    const { success, data } = fileSchema.safeParse(parsed(text));
    if (!success || data.machine !== machine) return new Map();
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
    return new Map(data.simulations);
  }

  /** The newest entries of a model stay. Rejects when the disk does not take it. */
  async put(
    header: GgufHeader,
    machine: string,
    simulations: ReadonlyMap<string, Simulation>,
  ): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const temporary = join(this.#folder, `${randomUUID()}.tmp`);
    const kept = [...simulations].slice(-MAX_ENTRIES);
    try {
      await writeFile(temporary, JSON.stringify({ machine, simulations: kept }), { mode: 0o600 });
      await rename(temporary, this.#path(header));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await this.#evict();
  }

  #path(header: GgufHeader): string {
    return join(this.#folder, headerHash(header) + ENDING);
  }

  async #evict(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(ENDING));
    if (names.length <= MAX_FILES) return;
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        return { path, usedMs: (await stat(path).catch(() => null))?.mtimeMs ?? 0 };
      }),
    );
    const oldest = files.toSorted((a, b) => b.usedMs - a.usedMs).slice(MAX_FILES);
    for (const { path } of oldest) await rm(path, { force: true });
  }
}

/** Of all that decides how llama.cpp lays a model out. */
export function headerHash({ metadata, tensors, dataOffsetBytes }: GgufHeader): string {
  const short = [...metadata].filter(
    ([, value]) => typeof value !== 'object' || value.length <= LONGEST_HASHED_ARRAY,
  );
  const shapes = tensors.map(({ name, type, dimensions, offsetBytes }) => [
    name,
    type,
    dimensions,
    offsetBytes,
  ]);
  const text = JSON.stringify([short, shapes, dataOffsetBytes], (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
