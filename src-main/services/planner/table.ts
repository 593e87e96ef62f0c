import type { Hardware } from '../../contract/hardware.contract.ts';
import { isHubReference } from '../../contract/hub-reference.ts';
import type { MachineFile, Plan, PlanWishes } from '../../contract/plan.contract.ts';
import { planTable } from '../../domain/planner/table/plan-table.ts';
import type { RefusedModel, TableMachine, TableModel } from '../../domain/planner/table/types.ts';
import { currentMemory, type HardwareService } from '../hardware/hardware.ts';
import type { Network } from '../hub/network.ts';
import { ModelFileCache } from '../library/model-file-cache.ts';
import { readCompanions, type CompanionFiles } from './companions.ts';
import { isFolder, MAX_LOCAL_MODELS, readFolder, readOrRefuse, tableModel } from './local-models.ts';
import { speedOfFile } from './machine-speed.ts';
import type { PlannerService } from './planner.ts';
import { RemoteModels } from './remote-models.ts';
import { unmeasuredThreads } from './tuning.ts';

export interface TableRequest {
  /** Each a file, a folder, or `hf:owner/name`; all their levels make one table. */
  sources: readonly string[];
  wishes: PlanWishes;
  /** Another machine than this one. */
  machine?: MachineFile | undefined;
  /** What is loaded beside each of them. */
  beside?: CompanionFiles | undefined;
  signal?: AbortSignal | undefined;
}

/** The levels of models, each with the settings that suit it on a machine, and the one to take. */
export class PlanTable {
  readonly #hardware: HardwareService;
  readonly #planner: PlannerService;
  readonly #remote: RemoteModels;
  readonly #files = new ModelFileCache(MAX_LOCAL_MODELS);

  constructor(dependencies: {
    hardware: HardwareService;
    planner: PlannerService;
    network: Network;
    cacheDir: string;
  }) {
    this.#hardware = dependencies.hardware;
    this.#planner = dependencies.planner;
    this.#remote = new RemoteModels(dependencies.network, dependencies.cacheDir);
  }

  /** Throws a problem where a single source cannot be read at all; among several it is a row that says why. */
  async table(request: TableRequest): Promise<Plan> {
    const { sources, wishes, machine, signal } = request;
    const beside = request.beside && (await readCompanions(request.beside));
    const [only] = sources;
    if (sources.length === 1 && only !== undefined && !machine && !beside && (await isLocalFile(only)))
      return this.#fileHere(only, wishes);
    const models: (TableModel | RefusedModel)[] = [];
    for (const source of sources) models.push(...(await this.#models(source, sources.length, signal)));
    if (machine) {
      const plan = planTable(models, machineOfFile(machine), wishes, beside);
      return { machine, ...plan, why: `${plan.why}${oneOfSeveral(machine)}` };
    }
    const [hardware, here] = await this.machineHere();
    return { machine: hardware, ...planTable(models, here, wishes, beside) };
  }

  /** With settings that are all to be chosen, a file of this computer is laid out by llama.cpp itself. */
  async #fileHere(path: string, { contextSize, ...others }: PlanWishes): Promise<Plan> {
    const model = await this.#files.open(path);
    if (Object.values(others).every((wish) => wish === undefined))
      return this.#planner.plan({ model, ...(contextSize !== undefined && { contextSize }) });
    const [hardware, here] = await this.machineHere();
    return { machine: hardware, ...planTable([tableModel(model)], here, { contextSize, ...others }) };
  }

  async #models(
    source: string,
    count: number,
    signal: AbortSignal | undefined,
  ): Promise<(TableModel | RefusedModel)[]> {
    if (isHubReference(source)) return this.#remote.read(source, signal);
    if (await isFolder(source)) return readFolder(source, this.#files);
    return [count > 1 ? await readOrRefuse(source, this.#files) : tableModel(await this.#files.open(source))];
  }

  /** This computer as it is now, and what planning needs of it. */
  async machineHere(): Promise<[Hardware, TableMachine]> {
    const snapshot = await this.#hardware.snapshot({ refresh: false });
    const hardware = { ...snapshot, memory: await currentMemory() };
    const [{ memory, gpu }, { speed, tuning }] = await Promise.all([
      this.#planner.devices(hardware),
      this.#planner.measured(hardware),
    ]);
    return [
      hardware,
      {
        memory,
        gpu,
        cpuFeatures: hardware.cpu.features,
        threads: tuning.threads,
        areThreadsMeasured: tuning.basis !== 'unknown',
        tuned: tuning.basis === 'unknown' ? undefined : tuning,
        speed,
      },
    ];
  }
}

async function isLocalFile(source: string): Promise<boolean> {
  return !isHubReference(source) && !(await isFolder(source));
}

/** With several GPUs the one with the most free memory: whether they can be used as one is not known of another machine. */
function largestGpu({ gpus }: MachineFile): MachineFile['gpus'][number] | null {
  return gpus.toSorted((a, b) => b.freeBytes - a.freeBytes)[0] ?? null;
}

function oneOfSeveral(file: MachineFile): string {
  const { length } = file.gpus;
  return length > 1
    ? ` Of its ${length} GPUs only ${largestGpu(file)?.name}, with the most free memory, is planned for.`
    : '';
}

function machineOfFile(file: MachineFile): TableMachine {
  const gpu = largestGpu(file);
  return {
    memory: file.memory,
    gpu,
    cpuFeatures: file.cpu.features,
    threads: unmeasuredThreads(file.cpu),
    areThreadsMeasured: false,
    speed: speedOfFile(file, gpu),
  };
}
