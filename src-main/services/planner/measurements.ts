import { mkdir } from 'node:fs/promises';
import type { Hardware } from '../../contract/hardware.contract.ts';
import type { BenchmarkShape } from '../../domain/planner/benchmark/model.ts';
import { calibrateMachine } from '../../domain/planner/speed/calibrate.ts';
import { refine, type SpeedObservation } from '../../domain/planner/speed/refine.ts';
import type { MachineSpeed } from '../../domain/planner/speed/types.ts';
import { usualStandIn } from '../../domain/planner/tuning/stand-in.ts';
import type { Tuning } from '../../domain/planner/tuning/words.ts';
import type { useProbe } from '../engine-host/probe.ts';
import type { Logger } from '../logging/logger.ts';
import { currentMemory } from '../hardware/hardware.ts';
import { BusyCores } from './busy-cores.ts';
import { Calibration, type CalibratedDevice } from './calibration.ts';
import { LearnedSpeeds } from './learned-speeds.ts';
import { modelledHere } from './machine-speed.ts';
import { ENGINE_VERSION } from './simulations.ts';
import { SettingsTuner } from './tuning.ts';

/** Raised when the way of measuring changes: older results no longer count. */
const MEASUREMENT_VERSION = 5;
/** With more than this much of a core busy, a measurement is not that of the machine alone. */
const QUIET_CORES = 0.5;

/** For all models of a calibration at once, their copies in another layout, and room beside them. */
const ROOMY_BYTES = 5 * 2 ** 30;

/** How long measuring may take. */
export interface MeasureBudgets {
  calibrationMs: number;
  /** The first steps tell most. */
  calibrationSteps?: number;
  /** For the settings of one model. */
  tuningMs: number;
}

const BUDGETS: MeasureBudgets = { calibrationMs: 10_000, tuningMs: 3_000 };

export interface MeasureOptions {
  /** Models whose settings are to be tried, by what stands in for them. */
  shapes?: readonly BenchmarkShape[];
  /** Nothing but the settings of these, which the next load needs. */
  onlySettings?: boolean;
  signal?: AbortSignal;
}

/** Everything that is measured on this machine: how fast it is, which settings suit it, how fast its answers really were. */
export class Measurements {
  readonly #cacheDir: string;
  readonly #calibration: Calibration;
  readonly #tuner: SettingsTuner;
  readonly #learned: LearnedSpeeds;
  readonly #busyCores = new BusyCores();
  #running: Promise<boolean> | null = null;

  constructor(dependencies: {
    useProbe: typeof useProbe;
    cacheDir: string;
    log: Logger;
    budgets?: MeasureBudgets;
  }) {
    const { calibrationMs, calibrationSteps, tuningMs } = dependencies.budgets ?? BUDGETS;
    this.#cacheDir = dependencies.cacheDir;
    this.#calibration = new Calibration({
      ...dependencies,
      budgetMs: calibrationMs,
      mostSteps: calibrationSteps,
    });
    this.#tuner = new SettingsTuner({ ...dependencies, budgetMs: tuningMs });
    this.#learned = new LearnedSpeeds(dependencies);
  }

  /** As modelled from names, as far as measured, and corrected by real answers. Measures nothing. */
  async speed(hardware: Hardware): Promise<MachineSpeed> {
    const machine = machineKey(hardware);
    const known = await this.#calibration.known(machine);
    let speed = modelledHere(hardware);
    for (const [index, { key }] of devicesOf(hardware).entries()) {
      const benchmark = known.get(key);
      if (benchmark) speed = calibrateMachine(speed, index, benchmark);
    }
    return refine(speed, await this.#learned.of(machine));
  }

  /** Settings for a model of this shape, or for any. Measures nothing but how busy the machine is. */
  async tuning(hardware: Hardware, shape: BenchmarkShape | null): Promise<Tuning> {
    const busy = whole(await this.#busyCores.now(), hardware);
    return this.#tuner.known(machineKey(hardware), hardware.cpu, shape, busy);
  }

  learn(hardware: Hardware, observation: SpeedObservation): Promise<void> {
    return this.#learned.add(machineKey(hardware), observation);
  }

  /** Measures what is not known yet, one thing at a time; whoever asks meanwhile waits for the same. True if something new is known. */
  measure(hardware: Hardware, options: MeasureOptions = {}): Promise<boolean> {
    this.#running ??= this.#measure(hardware, options).finally(() => (this.#running = null));
    return this.#running;
  }

  async #measure(
    hardware: Hardware,
    { shapes = [], onlySettings = false, signal }: MeasureOptions,
  ): Promise<boolean> {
    const machine = machineKey(hardware);
    const { cpu } = hardware;
    await mkdir(this.#cacheDir, { recursive: true, mode: 0o700 });
    let isNew = false;
    // The usual shape first: calibrating wants to know how many threads to use.
    for (const shape of onlySettings ? shapes : [usualStandIn, ...shapes]) {
      const readBusy = async () => whole(await this.#busyCores.exactly(), hardware);
      const busyCores = await readBusy();
      if (!(await this.#tuner.isWanted(machine, shape, busyCores))) continue;
      const isSteady = async () => (await readBusy()) === busyCores;
      await this.#tuner.measure(machine, cpu, shape, { busyCores, isSteady, ...(signal && { signal }) });
      isNew = true;
    }
    if (onlySettings) return isNew;
    // The processor last, where it is nobody's neighbour.
    const devices = devicesOf(hardware);
    const busy = await this.#busyCores.exactly();
    const isQuiet = busy <= QUIET_CORES;
    if (!(await this.#calibration.isWanted(machine, devices, isQuiet))) return isNew;
    const { threads } = await this.#tuner.known(machine, cpu, null, whole(busy, hardware));
    await this.#calibration.measure(machine, devices, {
      threads,
      isRoomy: (await currentMemory()).availableBytes >= ROOMY_BYTES,
      isQuiet: async () => isQuiet && (await this.#busyCores.exactly()) <= QUIET_CORES,
      ...(signal && { signal }),
    });
    return true;
  }
}

/** In the order of `MachineSpeed.devices`. */
function devicesOf({ gpus: [gpu], cpu }: Hardware): CalibratedDevice[] {
  const processor = { key: `cpu|${cpu.ggmlVariant}`, onGpu: false };
  return gpu ? [{ key: `${gpu.backend}|${gpu.name}`, onGpu: true }, processor] : [processor];
}

function machineKey({ cpu }: Hardware): string {
  const { model, physicalCores, logicalCores, ggmlVariant } = cpu;
  return [MEASUREMENT_VERSION, ENGINE_VERSION, model, physicalCores, logicalCores, ggmlVariant].join('|');
}

/** One core always stays: a machine that is busy all over still answers with one thread. */
function whole(busyCores: number, { cpu }: Hardware): number {
  return Math.min(Math.round(busyCores), Math.max(0, (cpu.physicalCores ?? cpu.logicalCores) - 1));
}
