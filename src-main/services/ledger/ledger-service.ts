import type { ActualDevice } from '../../contract/accuracy.contract.ts';
import type { Ledger, MemoryWarning } from '../../contract/hardware.contract.ts';
import { ledgerOf } from '../../domain/ledger/ledger.ts';
import { memoryWarning } from '../../domain/ledger/pressure.ts';
import type { GpuState, ProcessState } from '../../domain/ledger/types.ts';
import type { EngineHost } from '../engine-host/engine-host.ts';
import type { HardwareService } from '../hardware/hardware.ts';
import { readMemoryState, readProcessState } from './read-state.ts';

/** The model in memory, with what it allocated. */
export interface ModelInMemory {
  name: string;
  devices: readonly ActualDevice[];
}

/** Who holds the memory of this computer right now. Reads a few files; starts no process. */
export class LedgerService {
  readonly #hardware: HardwareService;
  readonly #host: EngineHost;
  readonly #model: () => ModelInMemory | null;

  constructor(dependencies: {
    hardware: HardwareService;
    host: EngineHost;
    /** Null while none is loaded. */
    model: () => ModelInMemory | null;
  }) {
    this.#hardware = dependencies.hardware;
    this.#host = dependencies.host;
    this.#model = dependencies.model;
  }

  async current(): Promise<Ledger> {
    const [memory, engine, gpus] = await Promise.all([readMemoryState(), this.#engine(), this.#gpus()]);
    const model = this.#model();
    return {
      modelName: model?.name ?? null,
      devices: ledgerOf({ memory, gpus, model: model?.devices ?? null, engine }),
      warning: memoryWarning(memory, engine),
    };
  }

  /** What the status bar says; the same as the ledger's. */
  async warning(): Promise<MemoryWarning | null> {
    const [memory, engine] = await Promise.all([readMemoryState(), this.#engine()]);
    return memoryWarning(memory, engine);
  }

  async #engine(): Promise<ProcessState | null> {
    const { pid, processBytes } = this.#host.status;
    if (pid === null) return null;
    const state = await readProcessState(pid);
    if (state !== null) return state;
    // Elsewhere than on Linux the engine tells what it was when it last answered.
    const residentBytes = processBytes ?? this.#seenBytes();
    return residentBytes === null ? null : { residentBytes, fileBytes: null, swappedBytes: null };
  }

  #seenBytes(): number | null {
    return this.#model()?.devices.at(-1)?.seenBytes ?? null;
  }

  async #gpus(): Promise<GpuState[]> {
    const { gpus } = await this.#hardware.snapshot({ refresh: false });
    if (gpus.length === 0) return [];
    const freeBytes = await this.#host.gpuFreeBytes();
    const isOnGpu = this.#model()?.devices.some(({ name }) => gpus.some((gpu) => gpu.name === name)) ?? false;
    return gpus.map(({ name, totalBytes, unified, freeBytes: freeThen }) => {
      if (freeBytes !== null) return { name, totalBytes, unified, freeBytes, isCurrent: true };
      // The snapshot was taken before the model came: its figure says nothing of now.
      return { name, totalBytes, unified, freeBytes: isOnGpu ? null : freeThen, isCurrent: false };
    });
  }
}
