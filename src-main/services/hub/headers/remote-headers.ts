import { problemError, ProblemError, type Problem } from '../../../contract/problem.ts';
import { parseSplitName } from '../../../domain/gguf/names.ts';
import { checkPartCount, mergeParts } from '../../../domain/gguf/split.ts';
import { summarizeModel } from '../../../domain/gguf/summary.ts';
import type { HubClient, HubRepository } from '../hub-client.ts';
import type { HubFile, HubModel } from '../hub-models.ts';
import type { HeaderCache } from './header-cache.ts';
import { HeaderReading, readStrictly } from './header-reading.ts';
import type { KeptHeader } from './header-json.ts';
import { HttpByteSource } from './http-byte-source.ts';
import { mapLimited } from './map-limited.ts';
import { planHeader } from './plan-header.ts';
import { RangeReader } from './range-reader.ts';

/** The header without the vocabulary; of a split model with the tensors of all parts. */
export interface RemoteHeader extends KeptHeader {
  model: HubModel;
  /** How it was come by. `shared`: with the vocabulary of another level of the model. */
  origin: 'cache' | 'read' | 'shared';
}

/** A model that cannot be planned, and why: the others are planned all the same. */
export interface RefusedHeader {
  model: HubModel;
  problem: Problem;
}

const AT_ONCE = 4;

/** Reads the headers of models on the Hub, through the strict reader and without the weights. */
export class RemoteHeaders {
  readonly #client: HubClient;
  readonly #cache: HeaderCache | null;

  constructor(client: HubClient, cache: HeaderCache | null = null) {
    this.#client = client;
    this.#cache = cache;
  }

  /** Throws a `hub.…` problem, or a `model.…` one as for a file on this computer. */
  async read(repository: HubRepository, model: HubModel, signal?: AbortSignal): Promise<RemoteHeader> {
    const reading = { repository, headers: new HeaderReading(), signal };
    return (await this.#cached(model)) ?? (await this.#fetch(reading, model));
  }

  /**
   * All models, in their order, four at once; `onRead` gets each as it comes. Rejects only when `signal` is aborted,
   * or for a defect.
   */
  async readAll(
    repository: HubRepository,
    { signal, onRead }: ReadAllOptions = {},
  ): Promise<(RemoteHeader | RefusedHeader)[]> {
    const reading = { repository, headers: new HeaderReading(), signal };
    return mapLimited(repository.models, AT_ONCE, async (model) => {
      signal?.throwIfAborted();
      const result = (await this.#cached(model)) ?? (await this.#attempt(reading, model));
      onRead?.(result);
      return result;
    });
  }

  async #attempt(reading: Reading, model: HubModel): Promise<RemoteHeader | RefusedHeader> {
    try {
      return await this.#fetch(reading, model);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return { model, problem: error.problem };
    }
  }

  async #cached(model: HubModel): Promise<RemoteHeader | null> {
    const kept = await this.#cache?.get(cacheKey(model));
    return kept ? { ...kept, model, origin: 'cache' } : null;
  }

  async #fetch(reading: Reading, model: HubModel): Promise<RemoteHeader> {
    const { parts, missingParts } = model;
    const [missing] = missingParts;
    if (missing !== undefined) {
      throw problemError('model.partMissing', { part: missing, count: parts.length + missingParts.length });
    }
    const [first, ...others] = parts.map((file) => this.#ranges(reading, file));
    if (!first) throw new RangeError('a model has at least one file');
    const { header, isShared } = await reading.headers.read(first);
    const { name } = first.file;
    checkPartCount(header, name, parseSplitName(model.path));
    const read = [{ name, header }];
    // They have no vocabulary, and little else but their tensors.
    for (const part of others) {
      read.push({ name: part.file.name, header: await readStrictly(new HttpByteSource(part)) });
    }
    const whole = mergeParts(read);
    const kept = { header: planHeader(whole), summary: summarizeModel(whole, name) };
    await this.#cache?.put(cacheKey(model), kept);
    return { ...kept, model, origin: isShared ? 'shared' : 'read' };
  }

  #ranges({ repository: { id, isGated }, signal }: Reading, file: HubFile): RangeReader {
    const url = this.#client.fileUrl(id, file.commit, file.path);
    const remote = { ...file, name: `hf:${id}/${file.path}`, repository: id, isGated, url };
    return new RangeReader(this.#client.egress, remote, signal);
  }
}

export interface ReadAllOptions {
  signal?: AbortSignal;
  onRead?: (result: RemoteHeader | RefusedHeader) => void;
}

interface Reading {
  repository: HubRepository;
  headers: HeaderReading;
  signal: AbortSignal | undefined;
}

/** By content where the Hub tells its checksum, so that a commit which only changes the page changes nothing. */
function cacheKey({ repository, path, parts }: HubModel): string {
  const identities = parts.map(({ sha256, commit, path: part }) => (sha256 ? { sha256 } : { commit, part }));
  return JSON.stringify([repository, path, identities]);
}
