import type { Hardware } from '../../contract/hardware.contract.ts';
import type { LoadSettings } from '../../contract/plan.contract.ts';
import type { Simulation } from '../../domain/planner/types.ts';
import type { RunProbe } from '../hardware/hardware.ts';
import type { ModelFile } from '../library/model-file.ts';
import type { Logger } from '../logging/logger.ts';
import { SimulationStore } from './simulation-store.ts';

/** What another version of the engine library would say may differ. */
export const ENGINE_VERSION = '3.22.1';
const TIMEOUT_MS = 20_000;
const NOT_SIMULATED: Simulation = { impossible: 'it was not simulated' };

/**
 * What llama.cpp itself says that settings take, without allocating it. What was said once is kept on disk, so that a plan after
 * a restart starts no process.
 */
export class Simulations {
  readonly #runProbe: RunProbe;
  readonly #log: Logger;
  readonly #store: SimulationStore;

  constructor(dependencies: { runProbe: RunProbe; folder: string; log: Logger }) {
    this.#runProbe = dependencies.runProbe;
    this.#log = dependencies.log;
    this.#store = new SimulationStore(dependencies.folder);
  }

  /** In the order of the candidates; null when a simulation cannot be had. */
  async of(
    { path, header }: ModelFile,
    candidates: readonly LoadSettings[],
    hardware: Pick<Hardware, 'cpu' | 'gpus'>,
  ): Promise<Simulation[] | null> {
    const machine = machineKey(hardware);
    const known = await this.#store.get(header, machine);
    const missing = candidates.filter((settings) => !known.has(settingsKey(settings)));
    if (missing.length > 0) {
      const added = await this.#simulate(path, missing);
      if (added === null) return null;
      for (const [index, simulation] of added.entries()) {
        const settings = missing[index];
        if (settings && simulation) known.set(settingsKey(settings), simulation);
      }
      await this.#store.put(header, machine, known).catch((error: unknown) => {
        this.#log.warn('simulations could not be kept', { reason: String(error) });
      });
    }
    return candidates.map((settings) => known.get(settingsKey(settings)) ?? NOT_SIMULATED);
  }

  /** Candidates without GPU layers are simulated without a GPU driver, as they would run. */
  async #simulate(
    path: string,
    candidates: readonly LoadSettings[],
  ): Promise<(Simulation | undefined)[] | null> {
    const simulations = new Array<Simulation | undefined>(candidates.length);
    const groups = [true, false].map((onGpu) =>
      [...candidates.entries()].filter(([, { gpuLayers }]) => gpuLayers > 0 === onGpu),
    );
    try {
      for (const group of groups.filter(({ length }) => length > 0)) {
        const params = { path, candidates: group.map(([, settings]) => settings) };
        const result = await this.#runProbe('simulate', params, { timeoutMs: TIMEOUT_MS, log: this.#log });
        for (const [position, simulation] of result.simulations.entries()) {
          const index = group[position]?.[0];
          if (index !== undefined) simulations[index] = simulation;
        }
      }
      return simulations;
    } catch (error) {
      this.#log.warn('memory could not be simulated', { reason: String(error) });
      return null;
    }
  }
}

/** Of the settings, what memory depends on. */
function settingsKey(settings: LoadSettings): string {
  const { gpuLayers, contextSize, batchSize, flashAttention, cacheTypeK, cacheTypeV } = settings;
  return [gpuLayers, contextSize, batchSize, flashAttention ? 'fa' : '', cacheTypeK, cacheTypeV].join(' ');
}

function machineKey({ cpu, gpus }: Pick<Hardware, 'cpu' | 'gpus'>): string {
  const devices = gpus.map(({ name, backend, totalBytes }) => `${name} ${backend} ${totalBytes}`);
  return [ENGINE_VERSION, cpu.model, cpu.ggmlVariant, ...devices].join('|');
}
