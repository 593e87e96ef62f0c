import type { DeviceMemory, ExpectedSpeed, LoadSettings } from '../../../contract/plan.contract.ts';
import { estimateMemory } from '../analytic/estimate-memory.ts';
import { missingBytes, missingOnGpu, type Budget } from './budget.ts';
import { expectedSpeed } from './expected-speed.ts';
import type { LaidOut } from './laid-out.ts';
import type { TableMachine } from './types.ts';

interface AttemptParts {
  model: LaidOut;
  machine: TableMachine;
  budget: Budget;
  settings: LoadSettings;
  pair: number;
  /** Of the layers on the GPU, how many of the first keep their experts in main memory. */
  expertLayersOnCpu?: number;
}

/** Settings with what they take; how fast they are is worked out where it is asked for. */
export class Attempt {
  readonly settings: LoadSettings;
  /** Which of the cache's types, in the order in which they are tried. */
  readonly pair: number;
  readonly devices: DeviceMemory[];
  readonly #parts: AttemptParts;
  #speed: ExpectedSpeed | null = null;

  constructor(parts: AttemptParts) {
    const { model, machine, settings, pair, expertLayersOnCpu } = parts;
    this.#parts = parts;
    this.settings = settings;
    this.pair = pair;
    const placed = { ...settings, sequences: 1, expertLayersOnCpu };
    this.devices = estimateMemory(model.layout, placed, machine, model.beside).devices;
  }

  get speed(): ExpectedSpeed {
    const { model, machine, expertLayersOnCpu } = this.#parts;
    const placed = { ...this.settings, expertLayersOnCpu };
    this.#speed ??= expectedSpeed(model.layout, model.mix, placed, machine);
    return this.#speed;
  }

  /** 0 where it fits. */
  get missingBytes(): number {
    return missingBytes(this.devices, this.#parts.budget);
  }

  get missingGpuBytes(): number {
    return missingOnGpu(this.devices, this.#parts.budget);
  }
}
