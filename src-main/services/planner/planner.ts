import { join } from 'node:path';
import type { Hardware } from '../../contract/hardware.contract.ts';
import type { LoadSettings, Plan, PlanVariant } from '../../contract/plan.contract.ts';
import { chosenSettings } from '../../domain/planner/cache.ts';
import { simulateAnalytically } from '../../domain/planner/analytic/estimate-memory.ts';
import type { BenchmarkShape } from '../../domain/planner/benchmark/model.ts';
import { layersWithOutput, listCandidates } from '../../domain/planner/candidates.ts';
import { choose, type PlannedModel } from '../../domain/planner/choose.ts';
import { estimate } from '../../domain/planner/estimate.ts';
import type { Explained, MemoryBasis } from '../../domain/planner/explain.ts';
import { isKnown } from '../../domain/planner/layout/types.ts';
import { layoutOf } from '../../domain/planner/layout/layout.ts';
import { speedInput, weightMix } from '../../domain/planner/speed/model-input.ts';
import type { MachineSpeed } from '../../domain/planner/speed/types.ts';
import { standInFor, usualStandIn } from '../../domain/planner/tuning/stand-in.ts';
import type { Tuning } from '../../domain/planner/tuning/words.ts';
import type { Candidate, Machine, Placement, Simulation, Wish } from '../../domain/planner/types.ts';
import { currentMemory, type HardwareService, type RunProbe } from '../hardware/hardware.ts';
import { useProbe } from '../engine-host/probe.ts';
import type { ModelFile } from '../library/model-file.ts';
import type { Logger } from '../logging/logger.ts';
import { Measurements, type MeasureBudgets, type MeasureOptions } from './measurements.ts';
import { planThatFails, toPlan } from './plan-view.ts';
import { devicesWithReserves, noExperience, type PlannedDevices, type Reserves } from './reserves.ts';
import { Simulations } from './simulations.ts';
import { chooseByTable, type Found } from './table-choice.ts';

export interface PlanRequest {
  model: ModelFile;
  /** Tokens that the person asked for. */
  contextSize?: number;
}

/** An answer on this machine. */
export interface RealSpeed {
  model: ModelFile;
  settings: LoadSettings;
  /** How far it looked back on average, in tokens. */
  answer: { depth: number; tokensPerSecond: number };
  /** What was read for it, behind `depth` tokens that were known already. */
  prompt?: { tokens: number; depth: number; tokensPerSecond: number } | undefined;
}

/** What was chosen, apart from how fast it is expected to be; or why nothing could be. */
type Planned = { hardware: Hardware; explained: Explained } | Plan;

/** The largest benchmark model, and room beside it. */
const LEAST_MEASURING_BYTES = 1.5 * 2 ** 30;

/** Chooses settings for a model on this machine. One plan per file and context, until a new hardware snapshot is taken. */
export class PlannerService {
  readonly #hardware: HardwareService;
  readonly #simulations: Simulations;
  readonly #reserves: Reserves;
  readonly #measurements: Measurements;
  readonly #log: Logger;
  readonly #plans = new Map<string, Promise<Planned>>();
  #learning: Promise<void> = Promise.resolve();

  constructor(dependencies: {
    hardware: HardwareService;
    runProbe: RunProbe;
    /** For what is measured on this machine. */
    cacheDir: string;
    log: Logger;
    reserves?: Reserves;
    useProbe?: typeof useProbe;
    budgets?: MeasureBudgets;
  }) {
    this.#hardware = dependencies.hardware;
    const folder = join(dependencies.cacheDir, 'simulations');
    this.#simulations = new Simulations({ ...dependencies, folder });
    this.#reserves = dependencies.reserves ?? noExperience;
    this.#measurements = new Measurements({ useProbe, ...dependencies });
    this.#log = dependencies.log;
  }

  /** What is known of the speed of this machine and the settings that suit it; measures nothing. */
  async measured(hardware: Hardware, model?: ModelFile): Promise<{ speed: MachineSpeed; tuning: Tuning }> {
    const [speed, tuning] = await Promise.all([
      this.#measurements.speed(hardware),
      this.#measurements.tuning(hardware, model ? shapeOf(model) : null),
    ]);
    return { speed, tuning };
  }

  /**
   * Measures what is not known yet of this machine and of `models`: at most ten seconds for its speed and three for each model's settings, in processes of
   * their own. Plans made before are made again when they are next asked for. True if something new is known; false also where memory is short.
   */
  async measure({
    models = [],
    ...options
  }: { models?: readonly ModelFile[] } & MeasureOptions = {}): Promise<boolean> {
    // A model that fills the memory would be pushed out of it.
    if ((await currentMemory()).availableBytes < LEAST_MEASURING_BYTES) return false;
    const hardware = await this.#hardware.snapshot({ refresh: false });
    const isNew = await this.#measurements.measure(hardware, { ...options, shapes: models.map(shapeOf) });
    if (isNew) this.#plans.clear();
    return isNew;
  }

  /** Takes note of how fast an answer really was. Never rejects. */
  learn(real: RealSpeed): Promise<void> {
    this.#learning = this.#learning
      .then(() => this.#learn(real))
      .catch((error: unknown) => this.#log.warn('a speed could not be learned', { reason: String(error) }));
    return this.#learning;
  }

  /** Resolves when everything that was learned is on disk. */
  async dispose(): Promise<void> {
    await this.#learning;
  }

  async #learn({ model, settings, answer, prompt }: RealSpeed): Promise<void> {
    const layout = layoutOf(model.header);
    if (!isKnown(layout)) return;
    const hardware = await this.#hardware.snapshot({ refresh: false });
    const places = hardware.gpus.length > 0 ? { gpu: 0, cpu: 1 } : { gpu: null, cpu: 0 };
    const input = speedInput(layout, weightMix(layout.tensors, layout.isTied), settings, places);
    const { batchSize } = settings;
    await this.#measurements.learn(hardware, {
      input,
      ...answer,
      ...(prompt && { prompt: { batchSize, ...prompt } }),
    });
  }

  /** Memory as it is now, and what to leave free of it. */
  devices(hardware: Pick<Hardware, 'memory' | 'gpus'>): Promise<PlannedDevices> {
    return devicesWithReserves(hardware, this.#reserves);
  }

  /** Which snapshot of the machine plans are made for now. */
  get generation(): number {
    return this.#hardware.generation;
  }

  /** The GPU that is planned for; null without one. */
  async gpu(): Promise<Machine['gpu']> {
    const { gpus } = await this.#hardware.snapshot({ refresh: false });
    return gpus[0] ?? null;
  }

  /** A plan with settings that are given. By formula: it is asked for when memory is short, and starts no process. */
  async planWith(model: ModelFile, plan: PlanVariant, given: LoadSettings): Promise<PlanVariant> {
    const snapshot = await this.#hardware.snapshot({ refresh: false });
    const { hardware, machine, ...measured } = await this.#here(snapshot, model);
    const settings = chosenSettings(given);
    const candidate: Candidate = { settings, placement: placementOf(settings, model), demand: 'resident' };
    const simulation = byFormula(model, candidate, machine);
    const choice = choose(plannedModel(model), machine, [candidate], [simulation]);
    if (choice === null) return { ...plan, ...given };
    const [variant] = toPlan(hardware, model, {
      ...measured,
      model: model.summary,
      machine,
      wish: { contextSize: settings.contextSize },
      choice: { ...choice, fits: true },
      memoryBasis: formulaFor(model),
    }).variants;
    return variant ?? { ...plan, ...given };
  }

  async plan(request: PlanRequest): Promise<Plan> {
    const hardware = await this.#hardware.snapshot({ refresh: false });
    const { path, sizeBytes, mtimeMs } = request.model;
    const key = [path, sizeBytes, mtimeMs, request.contextSize, this.#hardware.generation].join('\0');
    let planning = this.#plans.get(key);
    if (!planning) {
      planning = this.#plan(request, hardware);
      this.#plans.set(key, planning);
      planning.catch(() => this.#plans.delete(key));
    }
    const planned = await planning;
    if ('variants' in planned) return planned;
    // Settings stay, since other ones would mean loading again; what they are expected to do follows the answers that came meanwhile.
    const speed = await this.#measurements.speed(hardware);
    return toPlan(planned.hardware, request.model, { ...planned.explained, speed });
  }

  async #plan({ model, contextSize }: PlanRequest, snapshot: Hardware): Promise<Planned> {
    const { hardware, machine, ...measured } = await this.#here(snapshot, model);
    const wish: Wish = { contextSize };
    const layOut = (candidates: readonly Candidate[]) => this.#layOut(model, hardware, machine, candidates);
    let found = await chooseByTable(model, { ...machine, ...measured }, wish, (candidate) =>
      layOut([candidate]),
    );
    if (!found?.choice.fits) found = await firstFit(listCandidates(model.summary, machine, wish), layOut);
    if (!found) return planThatFails(hardware, model, machine);
    const { choice, memoryBasis } = found;
    return {
      hardware,
      explained: { ...measured, model: model.summary, machine, wish, choice, memoryBasis },
    };
  }

  /** This machine as it is now, and what suits `model` on it. */
  async #here(snapshot: Hardware, model: ModelFile) {
    const hardware = { ...snapshot, memory: await currentMemory() };
    const { speed, tuning } = await this.measured(hardware, model);
    const machine = {
      ...(await this.devices(hardware)),
      cpuFeatures: hardware.cpu.features,
      threads: tuning.threads,
      tuned: tuning.basis === 'unknown' ? undefined : tuning,
    } satisfies Machine;
    return { hardware, machine, areThreadsMeasured: tuning.basis !== 'unknown', tuning, speed };
  }

  async #layOut(
    file: ModelFile,
    hardware: Hardware,
    machine: Machine,
    candidates: readonly Candidate[],
  ): Promise<Found | null> {
    const settings = candidates.map((candidate) => candidate.settings);
    const simulations = await this.#simulations.of(file, settings, hardware);
    const choice = choose(
      plannedModel(file),
      machine,
      candidates,
      simulations ?? candidates.map((candidate) => byFormula(file, candidate, machine)),
    );
    return choice && { choice, memoryBasis: simulations ? 'simulated' : formulaFor(file) };
  }
}

/** Without the table's rule: the lists of candidates, the second only where nothing of the first fits. */
async function firstFit(
  lists: readonly (readonly Candidate[])[],
  layOut: (candidates: readonly Candidate[]) => Promise<Found | null>,
): Promise<Found | null> {
  let found: Found | null = null;
  for (const candidates of lists) {
    found = (await layOut(candidates)) ?? found;
    if (found?.choice.fits) break;
  }
  return found;
}

function plannedModel({ header, summary }: ModelFile): PlannedModel {
  const layout = layoutOf(header);
  return { summary, tensors: header.tensors, ...(isKnown(layout) && { layout }) };
}

function byFormula({ header, summary }: ModelFile, candidate: Candidate, machine: Machine): Simulation {
  const layout = layoutOf(header);
  return isKnown(layout)
    ? simulateAnalytically(layout, { ...candidate.settings, sequences: 1 }, machine)
    : estimate(summary, candidate);
}

function formulaFor({ header }: ModelFile): Exclude<MemoryBasis, 'simulated'> {
  return isKnown(layoutOf(header)) ? 'calculated' : 'estimated';
}

function placementOf({ gpuLayers }: LoadSettings, { summary }: ModelFile): Placement {
  if (gpuLayers === 0) return 'cpu';
  return gpuLayers < layersWithOutput(summary) ? 'partial' : 'gpu';
}

function shapeOf({ header }: ModelFile): BenchmarkShape {
  const layout = layoutOf(header);
  return isKnown(layout) ? standInFor(layout) : usualStandIn;
}
