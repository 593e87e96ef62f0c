import { isRepositoryId, type HubReference } from '../../contract/hub-reference.ts';
import { problemError } from '../../contract/problem.ts';
import { askJson, badAnswer, nextCursor } from './ask.ts';
import type { Egress } from './egress/egress.ts';
import { endpointUrl, resolvePath } from './endpoint.ts';
import { hubModels, type HubModel } from './hub-models.ts';
import {
  filesOfInfo,
  filesOfTree,
  isGguf,
  modelInfoSchema,
  treeSchema,
  type ListedFile,
  type ModelInfo,
} from './model-info.ts';
import { licenceOf } from './popularity.ts';

export interface HubRepository {
  /** `owner/name` as it is now: a renamed repository answers to its old name too. */
  id: string;
  commit: string;
  /** Its short name, as `apache-2.0`. */
  licence: string | null;
  /** People have to accept conditions before they may read the files. */
  isGated: boolean;
  /** Smallest first; at least one. */
  models: readonly HubModel[];
}

/** A repository of 50,000 files. */
const MAX_LISTING_BYTES = 16 * 1024 * 1024;
/** Of 1,000 files each. */
const MAX_TREE_PAGES = 20;

/** A repository with all its files, whether there are models among them or not. */
export interface ListedRepository {
  id: string;
  commit: string;
  info: ModelInfo;
  isGated: boolean;
  /** As they are listed: not checked. */
  files: readonly ListedFile[];
  models: readonly HubModel[];
}

/**
 * Lists what repositories hold. `@huggingface/hub` needs two requests or more for what `blobs=true` answers in one,
 * believes what it is told and reads answers of any length; tests hold this against it.
 */
export class HubClient {
  readonly egress: Egress;

  constructor(egress: Egress) {
    this.egress = egress;
  }

  /**
   * The models of a repository; of one level where the reference names it. Throws `hub.notFound`, `hub.gated`,
   * `hub.noModels`, `hub.noLevel`, `hub.unreachable`, `hub.badAnswer` or `hub.tooManyRequests`.
   */
  async repository(reference: HubReference, signal?: AbortSignal): Promise<HubRepository> {
    const { id, commit, info, isGated, models } = await this.list(
      `${reference.owner}/${reference.name}`,
      signal,
    );
    if (models.length === 0) throw problemError('hub.noModels', { repository: id });
    return { id, commit, licence: licenceOf(info), isGated, models: ofLevel(models, reference.level) };
  }

  /** A repository by `owner/name`, also one without models. Throws as above. */
  async list(repository: string, signal?: AbortSignal): Promise<ListedRepository> {
    const { value: info } = await askJson(
      this.egress,
      { path: `api/models/${repository}?blobs=true`, maxBytes: MAX_LISTING_BYTES, repository, signal },
      modelInfoSchema,
    );
    const { id = repository, sha: commit, gated = false } = info;
    if (!isRepositoryId(id))
      throw badAnswer(this.egress, 'the name of the repository is not one that the Hub allows');
    const files = filesOfInfo(info) ?? (await this.#tree(id, commit, signal));
    const models = hubModels(id, commit, files);
    if (models.length === 0 && files.some(({ path }) => isGguf(path)))
      throw badAnswer(this.egress, 'the names or sizes of its files make no sense');
    return { id, commit, info, isGated: gated !== false, files, models };
  }

  /** Where a file's bytes are; the Hub answers with a redirect to an address that is good for about an hour. */
  fileUrl(repository: string, commit: string, path: string): URL {
    return endpointUrl(this.egress.endpoint, resolvePath(repository, commit, path));
  }

  async #tree(repository: string, commit: string, signal: AbortSignal | undefined): Promise<ListedFile[]> {
    const files: ListedFile[] = [];
    const tree = `api/models/${repository}/tree/${commit}?recursive=true`;
    let path: string | null = tree;
    for (let page = 0; path !== null && page < MAX_TREE_PAGES; page++) {
      const { value, response } = await this.#treePage(path, repository, signal);
      files.push(...filesOfTree(value));
      const cursor = nextCursor(this.egress, response);
      path = cursor === null ? null : `${tree}&cursor=${encodeURIComponent(cursor)}`;
    }
    return files;
  }

  #treePage(path: string, repository: string, signal: AbortSignal | undefined) {
    return askJson(this.egress, { path, maxBytes: MAX_LISTING_BYTES, repository, signal }, treeSchema);
  }
}

function ofLevel(models: readonly HubModel[], level: string | null): readonly HubModel[] {
  if (level === null) return models;
  const wanted = models.filter((model) => model.level === level);
  if (wanted.length > 0) return wanted;
  const levels =
    [...new Set(models.flatMap((model) => model.level ?? []))].join(', ') || 'not told by their names';
  throw problemError('hub.noLevel', { repository: models[0]?.repository ?? '', level, levels });
}
