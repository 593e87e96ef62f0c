import type { AccuracyReport, ActualDevice, LoadRecord, Reserve } from '../../contract/accuracy.contract.ts';
import type { Hardware } from '../../contract/hardware.contract.ts';
import type { PlanVariant } from '../../contract/plan.contract.ts';
import { driftOf } from '../../domain/accuracy/drift.ts';
import { accuracyRows } from '../../domain/accuracy/report.ts';
import { learnedReserve } from '../../domain/accuracy/reserve.ts';
import { reserveInWords } from '../../domain/accuracy/words.ts';
import { MAIN_MEMORY } from '../../domain/planner/choose.ts';
import { ramReserveBytes, vramReserveBytes } from '../../domain/planner/headroom.ts';
import type { GenerateResult, LoadMemory, LoadResult } from '../engine-host/protocol.ts';
import type { Logger } from '../logging/logger.ts';
import type { Store } from '../store/store.ts';
import { actualDevices, withAnswer } from './actual-memory.ts';

/** A model as it was planned when it was loaded. */
export interface PlannedLoad {
  modelName: string;
  plan: PlanVariant;
}

/** Predictions held against what came: kept, shown, and learned from. */
export interface LoadObserver {
  loaded(load: PlannedLoad, result: LoadResult): void;
  failed(load: PlannedLoad, reason: string): void;
  answered(result: GenerateResult): void;
}

/**
 * Keeps what was predicted of each load beside what it really took. It is told by whoever loads and answers, and is never
 * waited for: a database that fails costs the figures, not the answer.
 */
export class AccuracyService implements LoadObserver {
  readonly #store: Store;
  readonly #log: Logger;
  /** Everything is written in the order it happened. */
  #work: Promise<unknown> = Promise.resolve();
  #records: LoadRecord[] | null = null;
  #current: { id: number; memory: LoadMemory; actual: ActualDevice[] } | null = null;

  constructor(dependencies: { store: Store; log: Logger }) {
    this.#store = dependencies.store;
    this.#log = dependencies.log;
  }

  loaded(load: PlannedLoad, { settings, memory }: LoadResult): void {
    const actual = actualDevices(load.plan.memory.devices, memory);
    this.#enqueue(async () => {
      this.#current = null;
      const id = await this.#add({ ...load, plan: { ...load.plan, ...settings } }, actual, null);
      this.#current = { id, memory, actual };
    });
  }

  failed(load: PlannedLoad, reason: string): void {
    this.#enqueue(async () => {
      this.#current = null;
      await this.#add(load, null, reason);
    });
  }

  answered(result: GenerateResult): void {
    this.#enqueue(async () => {
      if (this.#current === null) return;
      const { id, memory } = this.#current;
      const actual = withAnswer(this.#current.actual, memory, result);
      this.#current = { id, memory, actual };
      const { decodeTokensPerSecond, prefillTokensPerSecond } = result;
      await this.#store.run.addAnswerSpeed({
        loadId: id,
        decodeTokensPerSecond,
        prefillTokensPerSecond,
        actual,
      });
      this.#records = null;
    });
  }

  async report(hardware: Hardware): Promise<AccuracyReport> {
    await this.#work;
    return { rows: accuracyRows(await this.#list()), reserves: await this.reserves(hardware) };
  }

  /** What to leave free of each device, main memory last; the defaults where the database cannot be read. */
  async reserves({ memory, gpus }: Pick<Hardware, 'memory' | 'gpus'>): Promise<Reserve[]> {
    const records = await this.#list().catch((error: unknown) => {
      this.#log.warn('earlier loads could not be read', { reason: String(error) });
      return [];
    });
    return [
      ...gpus.map(({ name, totalBytes }) =>
        reserveOf(name, totalBytes, vramReserveBytes(totalBytes), records),
      ),
      reserveOf(MAIN_MEMORY, memory.totalBytes, ramReserveBytes(memory.totalBytes), records),
    ];
  }

  async #list(): Promise<LoadRecord[]> {
    this.#records ??= await this.#store.run.listLoads({});
    return this.#records;
  }

  async #add({ modelName, plan }: PlannedLoad, actual: ActualDevice[] | null, failure: string | null) {
    const { file, label: level, sizeBytes, memory, speed } = plan;
    const { gpuLayers, contextSize, flashAttention, cacheTypeK, cacheTypeV, batchSize, threads } = plan;
    this.#records = null;
    return this.#store.run.addLoad({
      loadedAt: Date.now(),
      modelName,
      file,
      level,
      sizeBytes,
      settings: { gpuLayers, contextSize, flashAttention, cacheTypeK, cacheTypeV, batchSize, threads },
      predicted: { devices: memory.devices, speed },
      actual,
      failure,
    });
  }

  #enqueue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#log.warn('a load could not be recorded', { reason: String(error) });
    });
  }
}

function reserveOf(
  device: string,
  totalBytes: number,
  defaultBytes: number,
  records: readonly LoadRecord[],
): Reserve {
  const drifts = records.flatMap((record) => driftOf(record, device) ?? []);
  const isMainMemory = device === MAIN_MEMORY;
  // A share of the memory is seldom a whole number of bytes.
  const bytes = Math.round(learnedReserve({ defaultBytes, totalBytes, isMainMemory, drifts }));
  const reserve = { device, bytes, defaultBytes: Math.round(defaultBytes), loads: drifts.length };
  return { ...reserve, words: reserveInWords(reserve) };
}
