import type { CatalogueModel } from '../../contract/catalogue.ts';
import type { ModelVerdicts } from '../../contract/discover.contract.ts';
import type {
  ImportEvent,
  Library,
  Model,
  OtherProgram,
  Removal,
  Verdict,
} from '../../contract/models.contract.ts';
import type { ModelDetails } from '../../contract/model-details.ts';
import { describeProblem, problemError } from '../../contract/problem.ts';
import type { TableMachine } from '../../domain/planner/table/types.ts';
import type { Logger } from '../logging/logger.ts';
import type { SettingsService } from '../settings/settings.ts';
import type { StoredModel } from '../store/queries/models.ts';
import type { Store } from '../store/store.ts';
import { noteBuiltInModel } from './built-in-model.ts';
import { importModel } from './import-model.ts';
import { describeLibrary } from './library-view.ts';
import { LibraryNews } from './library-news.ts';
import { toModel, withSameFiles } from './listed-models.ts';
import { fileFacts } from './model-facts.ts';
import type { ModelFileCache } from './model-file-cache.ts';
import { OpenedModels } from './opened-models.ts';
import { LibraryPlaces } from './places/library-places.ts';
import { programNames, type SystemPlaces } from './programs/usual-folders.ts';
import { Removals } from './removals.ts';
import { Scanner } from './scanner.ts';
import type { Trash } from './trash/trash.ts';
import { Verdicts } from './verdicts.ts';
import { LibraryThread } from './worker/library-thread.ts';

export interface LibraryOptions {
  store: Store;
  settings: SettingsService;
  files: ModelFileCache;
  builtInPath: string;
  /** The folder named at the start; null when the person named none. */
  modelsDir: string | null;
  /** Where imports go while the settings name no folder. */
  defaultFolder: string;
  /** Where other programs keep their files. */
  system: SystemPlaces;
  trash: Trash;
  log: Logger;
  /** Lets go of a model's files before they are moved. Throws a problem while it is answering. */
  release: (modelId: number) => Promise<void>;
  onModels: (models: Model[]) => void;
  onLibrary: (library: Library) => void;
}

/**
 * The models on this computer. The list is an index in the database: it is there at once, and a scanner keeps it like the
 * disk in the background. Files stay where they are unless the person moves or deletes them.
 */
export class LibraryService {
  readonly #options: LibraryOptions;
  readonly #places: LibraryPlaces;
  readonly #scanner: Scanner;
  readonly #opened: OpenedModels;
  readonly #removals: Removals;
  readonly #verdicts: Verdicts;
  readonly #news: LibraryNews;
  #starting: Promise<void> | null = null;
  #changing: Promise<void> = Promise.resolve();

  constructor(options: LibraryOptions) {
    this.#options = options;
    const { store, log } = options;
    this.#news = new LibraryNews({
      ...options,
      list: () => this.list(),
      library: () => this.library(),
    });
    this.#places = new LibraryPlaces(options);
    this.#scanner = new Scanner({
      store,
      log,
      openThread: (onChanged) => new LibraryThread({ log, onChanged }),
      onChange: () => this.#news.soon(),
    });
    this.#opened = new OpenedModels(store, this.#scanner.thread);
    this.#removals = new Removals(this.#places, options.trash);
    this.#verdicts = new Verdicts(this.#scanner.thread);
    options.settings.onChange(() => {
      // Their folder for downloads may be another one now.
      if (this.#starting === null) return;
      this.#placesChanged().catch((error: unknown) => {
        options.log.warn('the folder for downloads is not looked at', { reason: String(error) });
      });
    });
  }

  /** From the index, at once. The first call begins to look at the disk. */
  async list(): Promise<Model[]> {
    await this.#started();
    return withSameFiles(await this.#options.store.run.listModels({}));
  }

  async open(path: string): Promise<Model> {
    await this.#started();
    const file = await this.#options.files.open(path);
    const known = await this.#options.store.run.getModelByPath({ path: file.path });
    const { source, folder } =
      known && known.state !== 'gone' ? known : ({ source: 'opened', folder: null } as const);
    const { id } = await this.#options.store.run.upsertModel({
      ...(await fileFacts(file)),
      builtIn: known?.builtIn ?? false,
      source,
      folder,
      origin: null,
      now: Date.now(),
    });
    return this.#published(id);
  }

  /** A file that Nibble has downloaded and checked. `origin` is what it was asked for by, e.g. `hf:owner/name`. */
  async addDownloaded(path: string, origin: string): Promise<Model> {
    await this.#started();
    const facts = await this.#scanner.thread.call('read', { path });
    const folder =
      (await this.#places.all()).find((place) => facts.path.startsWith(place.path))?.path ?? null;
    const { id } = await this.#options.store.run.upsertModel({
      ...facts,
      builtIn: false,
      source: folder === null ? 'opened' : 'folder',
      folder,
      origin,
      now: Date.now(),
    });
    await this.#placesChanged();
    return this.#published(id);
  }

  async forget(modelId: number): Promise<void> {
    const model = await this.#stored(modelId);
    if (model.builtIn) throw problemError('library.builtIn');
    if (model.folder !== null && model.state === 'here')
      throw problemError('library.listed', { name: model.name, folder: model.folder });
    await this.#options.store.run.forgetModel({ modelId });
    await this.#news.publish();
  }

  async rename(modelId: number, name: string | null): Promise<Model> {
    await this.#stored(modelId);
    await this.#options.store.run.renameModel({ modelId, name });
    return this.#published(modelId);
  }

  async touch(modelId: number): Promise<void> {
    await this.#options.store.run.touchModel({ modelId, now: Date.now() });
  }

  /** Remembers how fast its last answer was. An answer does not fail for it. */
  async noteSpeed(modelId: number, tokensPerSecond: number): Promise<void> {
    try {
      await this.#options.store.run.setModelSpeed({ modelId, tokensPerSecond });
    } catch (error) {
      this.#options.log.warn('the speed of a model could not be saved', { reason: String(error) });
    }
  }

  /** The model of a chat, else the person's choice for new chats, else the built-in one. */
  async resolve(modelId: number | null): Promise<Model> {
    await this.#started();
    const { run } = this.#options.store;
    const { defaultModelId } = await this.#options.settings.get();
    for (const id of [modelId, defaultModelId]) {
      const model = id === null ? null : await run.getModel({ modelId: id });
      if (model !== null && model.state !== 'gone') return toModel(model);
    }
    const builtIn = await run.getBuiltInModel({});
    if (builtIn === null) throw problemError('model.none');
    return toModel(builtIn);
  }

  async details(modelId: number): Promise<ModelDetails> {
    const { path, name } = await this.#stored(modelId);
    const refused = await this.#options.store.run.listRefusedFiles({});
    const isAdapter = (file: (typeof refused)[number]) =>
      file.problem.what === describeProblem('model.notText', { path: file.path, kind: 'LoRA adapter' }).what;
    const adapters = refused.filter(isAdapter).map((file) => file.path);
    const details = await this.#scanner.thread.call('details', { path, adapters });
    return { ...details, about: { ...details.about, name } };
  }

  async verdicts(modelIds: readonly number[], machine: TableMachine): Promise<Verdict[]> {
    const models = await Promise.all(
      modelIds.map((modelId) => this.#options.store.run.getModel({ modelId })),
    );
    const here = models.filter((model): model is StoredModel => model?.state === 'here');
    const verdicts = await Promise.all(here.map((model) => this.#verdicts.of(model, machine)));
    return verdicts.filter((verdict) => verdict !== null);
  }

  /** Of a model that is not here. In the thread where verdicts are worked out: with thirty levels it takes over 100 ms. */
  catalogueVerdicts(model: CatalogueModel, machine: TableMachine): Promise<ModelVerdicts> {
    return this.#scanner.thread.call('catalogueVerdicts', { model, machine });
  }

  async removal(modelId: number): Promise<Removal> {
    const model = await this.#stored(modelId);
    const { sameFileAs } = (await this.list()).find(({ id }) => id === modelId) ?? { sameFileAs: [] };
    return { ...(await this.#removals.preview(model)), sameFileAs };
  }

  async remove(modelId: number): Promise<{ removalId: number | null; sizeBytes: number }> {
    const model = await this.#stored(modelId);
    const { refusal } = await this.#removals.preview(model);
    if (refusal === null) await this.#options.release(modelId);
    const removed = await this.#removals.put(model);
    await this.#options.store.run.setModelStates({ modelIds: [modelId], state: 'gone' });
    await this.#news.publish();
    return removed;
  }

  async restore(removalId: number): Promise<Model> {
    const modelId = await this.#removals.restore(removalId);
    await this.#options.store.run.setModelStates({ modelIds: [modelId], state: 'here' });
    return this.#published(modelId);
  }

  /** The path of its file, for who shows it in a file manager. */
  async pathOf(modelId: number): Promise<string> {
    return (await this.#stored(modelId)).path;
  }

  /** Moves a model into Nibble's own folder. */
  async *import(path: string, signal?: AbortSignal): AsyncGenerator<ImportEvent, void> {
    const program = await this.#places.programOf(path);
    if (program !== null) throw problemError('library.foreign', { program: programNames[program] });
    const known = await this.#options.store.run.getModelByPath({ path });
    if (known?.builtIn) throw problemError('library.builtIn');
    if (known) await this.#options.release(known.id);
    const [folder = ''] = await this.#places.ownFolders();
    const moving = importModel(path, folder, signal);
    let step = await moving.next();
    for (; step.done !== true; step = await moving.next()) yield { type: 'progress', ...step.value };
    if (known) await this.#options.store.run.forgetModel({ modelId: known.id });
    await this.#placesChanged();
    yield { type: 'done', model: await this.open(step.value) };
  }

  async library(): Promise<Library> {
    await this.#started();
    return describeLibrary(this.#options.store, this.#places, this.#scanner);
  }

  async addFolder(given: string): Promise<Library> {
    const path = await this.#places.checkFolder(given);
    await this.#options.store.run.addModelFolder({ path, now: Date.now() });
    await this.#placesChanged();
    return this.library();
  }

  async removeFolder(path: string): Promise<Library> {
    await this.#options.store.run.removeModelFolder({ path });
    await this.#placesChanged();
    return this.library();
  }

  async useProgram(program: OtherProgram, enabled: boolean): Promise<Library> {
    await this.#options.store.run.setModelProgram({ program, enabled, now: Date.now() });
    await this.#placesChanged();
    return this.library();
  }

  async rescan(): Promise<void> {
    await this.#started();
    this.#scanner.look();
    await this.#opened.refresh();
    this.#news.soon();
  }

  /** Resolves when the index is like the disk. */
  async settled(): Promise<void> {
    await this.#started();
    await this.#scanner.settled();
  }

  async dispose(): Promise<void> {
    this.#news.close();
    await this.#starting?.catch(() => undefined);
    await this.#scanner.close();
  }

  #started(): Promise<void> {
    this.#starting ??= this.#start();
    this.#starting.catch(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  async #start(): Promise<void> {
    const [places] = await Promise.all([
      this.#places.all(),
      this.#opened.refresh(),
      noteBuiltInModel(this.#options),
    ]);
    await this.#scanner.setPlaces(places);
  }

  async #placesChanged(): Promise<void> {
    await this.#started();
    // One after the other: places that were read earlier must not replace those read later.
    const change = this.#changing.then(async () => this.#scanner.setPlaces(await this.#places.all()));
    this.#changing = change.catch(() => undefined);
    await change;
    this.#news.soon();
  }

  async #stored(modelId: number): Promise<StoredModel> {
    await this.#started();
    const model = await this.#options.store.run.getModel({ modelId });
    if (model === null || model.state === 'gone') throw problemError('model.unknown');
    return model;
  }

  /** The model as the list now has it, after everybody was told. */
  async #published(modelId: number): Promise<Model> {
    const model = (await this.#news.publish()).find(({ id }) => id === modelId);
    if (model === undefined) throw problemError('model.unknown');
    return model;
  }
}
