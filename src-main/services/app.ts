import { homedir } from 'node:os';
import { join } from 'node:path';
import type { EngineStatus } from '../contract/engine.contract.ts';
import type { LiveEvent } from '../contract/live.contract.ts';
import type { Verdict } from '../contract/models.contract.ts';
import type { Plan } from '../contract/plan.contract.ts';
import { problemError } from '../contract/problem.ts';
import { AccuracyService } from './accuracy/accuracy-service.ts';
import { smallerLevelOf } from '../domain/levels/smaller-level.ts';
import { BUILT_IN_MODEL, CATALOGUE, defaultModelsDir, tokenPath } from './app-paths.ts';
import { ChatService } from './chat/chat-service.ts';
import { DiscoverService } from './discover/discover-service.ts';
import { DownloadService } from './downloads/download-service.ts';
import { EngineHost } from './engine-host/engine-host.ts';
import { runProbe } from './engine-host/probe.ts';
import { systemClock } from './engine-host/system-clock.ts';
import { HardwareService } from './hardware/hardware.ts';
import { Network } from './hub/network.ts';
import { TokenStore, type Sealing } from './hub/token-store.ts';
import { InferenceService } from './inference/inference-service.ts';
import { LedgerService, type ModelInMemory } from './ledger/ledger-service.ts';
import { MemoryMonitor } from './ledger/memory-monitor.ts';
import { LibraryService } from './library/library-service.ts';
import { ModelFileCache } from './library/model-file-cache.ts';
import type { SystemPlaces } from './library/programs/usual-folders.ts';
import { systemTrash } from './library/trash/system-trash.ts';
import { LiveHub } from './live/live-hub.ts';
import type { Logger } from './logging/logger.ts';
import { PlannerService } from './planner/planner.ts';
import { QuietMeasuring } from './planner/quiet-measuring.ts';
import { PlanTable } from './planner/table.ts';
import { SettingsService } from './settings/settings.ts';
import { Store } from './store/store.ts';

export interface AppOptions {
  dataDir: string;
  /** A folder whose models are listed; null when the person named none. */
  modelsDir: string | null;
  resourcesDir: string;
  /** The key store of the system, where the shell has one. */
  sealing?: (() => Sealing | null) | null;
  /** Moves a file to the system's trash, where the shell can. */
  trashItem?: ((path: string) => Promise<void>) | null;
  /** Where other programs keep their files; those of this user, unless a test says otherwise. */
  system?: SystemPlaces;
  log: Logger;
}

const MINUTE_MS = 60_000;
/** States of the engine in which nobody waits for it. */
const RESTING: ReadonlySet<EngineStatus['state']> = new Set(['absent', 'ready', 'evicted']);

/** The whole core, without a window. Nothing heavy happens before the first call. */
export class App {
  readonly options: AppOptions;
  readonly hub = new LiveHub();
  readonly hardware: HardwareService;
  readonly planner: PlannerService;
  readonly accuracy: AccuracyService;
  readonly planTable: PlanTable;
  readonly library: LibraryService;
  readonly settings: SettingsService;
  readonly network: Network;
  readonly discover: DiscoverService;
  readonly downloads: DownloadService;
  readonly chats: ChatService;
  readonly files = new ModelFileCache();
  readonly host: EngineHost;
  readonly ledger: LedgerService;
  readonly measuring: QuietMeasuring;
  readonly #monitor: MemoryMonitor;
  readonly #store: Store;
  readonly #inference: InferenceService;

  constructor(options: AppOptions) {
    this.options = options;
    const { dataDir, modelsDir, resourcesDir, sealing = null, trashItem = null, log } = options;
    const { system = { platform: process.platform, env: process.env, home: homedir() } } = options;
    const { hub, files } = this;
    this.#store = new Store({ dataDir, log });
    this.settings = new SettingsService(this.#store);
    this.settings.onChange((settings) => hub.publish({ type: 'settings', settings }));
    this.network = new Network({
      settings: async () => (await this.settings.get()).downloads,
      tokens: new TokenStore(tokenPath(dataDir), sealing),
    });
    this.hardware = new HardwareService({ runProbe, log });
    const cacheDir = join(dataDir, 'cache');
    this.accuracy = new AccuracyService({ store: this.#store, log });
    this.planner = new PlannerService({
      hardware: this.hardware,
      runProbe,
      cacheDir,
      log,
      reserves: (hardware) => this.accuracy.reserves(hardware),
    });
    this.planTable = new PlanTable({
      hardware: this.hardware,
      planner: this.planner,
      network: this.network,
      cacheDir,
    });
    this.discover = new DiscoverService({
      network: this.network,
      cataloguePath: join(resourcesDir, CATALOGUE),
      machine: async () => (await this.planTable.machineHere())[1],
      verdictsOf: (model, machine) => this.library.catalogueVerdicts(model, machine),
    });
    this.host = new EngineHost({
      stateDir: dataDir,
      idleMs: () => this.settings.latest.idleMinutes * MINUTE_MS,
      log,
    });
    this.#inference = new InferenceService({
      host: this.host,
      planner: this.planner,
      files,
      observer: this.accuracy,
      smallerLevel: async (model) => smallerLevelOf(model, await this.library.list()),
    });
    this.library = new LibraryService({
      store: this.#store,
      settings: this.settings,
      files,
      builtInPath: join(resourcesDir, BUILT_IN_MODEL),
      modelsDir,
      defaultFolder: modelsDir ?? defaultModelsDir(dataDir),
      system,
      trash: systemTrash(trashItem),
      log,
      release: (modelId) => this.#release(modelId),
      onModels: (models) => hub.publish({ type: 'models', models }),
      onLibrary: (library) => hub.publish({ type: 'library', library }),
    });
    this.downloads = new DownloadService({
      store: this.#store,
      settings: this.settings,
      network: this.network,
      defaultFolder: modelsDir ?? defaultModelsDir(dataDir),
      addToLibrary: async (path, origin) => (await this.library.addDownloaded(path, origin)).id,
      log,
      onChange: (downloads) => hub.publish({ type: 'downloads', downloads }),
    });
    this.chats = new ChatService({
      store: this.#store,
      hub,
      inference: this.#inference,
      library: this.library,
      settings: this.settings,
      log,
      onQueueChange: () => {
        this.measuring.wake();
        this.#publishEngine();
      },
    });
    this.ledger = new LedgerService({
      hardware: this.hardware,
      host: this.host,
      model: () => this.#modelInMemory(),
    });
    this.#monitor = new MemoryMonitor({
      clock: systemClock,
      isNeeded: () => this.#modelInMemory() !== null && hub.subscriberCount > 0,
      read: () => this.ledger.warning(),
      onChange: () => this.#publishEngine(),
    });
    this.measuring = new QuietMeasuring({
      clock: systemClock,
      log,
      isQuiet: () => !this.chats.isAnswering && RESTING.has(this.host.status.state),
      isInUse: () => this.#modelInMemory() !== null,
      measure: (signal) => this.#measure(signal),
    });
    this.host.onStatus(() => {
      this.measuring.wake();
      this.#monitor.wake();
      this.#publishEngine();
    });
  }

  get engineStatus(): EngineStatus {
    const { state, loadProgress, processBytes, problem } = this.host.status;
    const { loaded, decodeTokensPerSecond } = this.#inference;
    return {
      state,
      modelId: loaded?.modelId ?? null,
      modelName: loaded?.name ?? null,
      plan: loaded?.plan ?? null,
      loadProgress,
      processBytes,
      decodeTokensPerSecond,
      queue: this.chats.queue,
      problem,
      saferProposal: this.#inference.saferProposal,
      memoryWarning: this.#monitor.warning,
    };
  }

  /** Everything a window needs to show what is going on, then what changes. */
  events(signal?: AbortSignal): AsyncGenerator<LiveEvent, void> {
    const events = this.hub.subscribe(
      [{ type: 'engine', status: this.engineStatus }, ...this.chats.liveMessages()],
      signal,
    );
    this.#monitor.wake();
    return events;
  }

  async planForModel(modelId: number, contextSize?: number): Promise<Plan> {
    const { path } = await this.library.resolve(modelId);
    const model = await this.files.open(path);
    return this.planner.plan({ model, ...(contextSize !== undefined && { contextSize }) });
  }

  async verdicts(modelIds: readonly number[]): Promise<Verdict[]> {
    const [, machine] = await this.planTable.machineHere();
    return this.library.verdicts(modelIds, machine);
  }

  async unloadEngine(): Promise<void> {
    if (this.chats.isAnswering) throw problemError('chat.busy');
    await this.host.unload();
  }

  /** Lets a stopped engine start again, with the settings of the plan. */
  resetEngine(): void {
    this.#inference.forgetSteps();
    this.host.reset();
  }

  async useSaferSettings(): Promise<void> {
    await this.#inference.useSaferSettings();
    this.host.reset();
  }

  async dispose(): Promise<void> {
    this.#monitor.stop();
    await this.measuring.stop();
    await this.downloads.dispose();
    await this.chats.dispose();
    await this.host.dispose();
    await this.planner.dispose();
    await this.library.dispose();
    await this.#store.close();
  }

  async #measure(signal: AbortSignal): Promise<boolean> {
    const file = this.#inference.loadedFile;
    return this.planner.measure({ models: file ? [file] : [], signal });
  }

  #modelInMemory(): ModelInMemory | null {
    const { state } = this.host.status;
    const { loaded, allocated: devices } = this.#inference;
    return loaded !== null && (state === 'ready' || state === 'busy') ? { name: loaded.name, devices } : null;
  }

  /** Its file is about to be moved; the system would keep it open for the engine, or refuse. */
  async #release(modelId: number): Promise<void> {
    if (this.#inference.loaded?.modelId === modelId) await this.unloadEngine();
  }

  #publishEngine(): void {
    this.hub.publish({ type: 'engine', status: this.engineStatus });
  }
}
