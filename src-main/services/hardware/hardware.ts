import { arch, availableParallelism, freemem, platform, release, totalmem, type } from 'node:os';
import type { Hardware } from '../../contract/hardware.contract.ts';
import { ProbeError, type runProbe } from '../engine-host/probe.ts';
import type { ProbeHardwareResult } from '../engine-host/protocol.ts';
import type { Logger } from '../logging/logger.ts';
import { featuresFromSystemInfo } from './cpu-features.ts';
import type { Memory } from './linux-memory.ts';
import type { MachineFacts } from './machine-facts.ts';
import { readLinuxMemory } from './read-linux.ts';

/** Getting the GPU list may load a driver for the first time after boot. */
const PROBE_TIMEOUT_MS = 10_000;

export type RunProbe = typeof runProbe;

/**
 * What this computer is. The snapshot is taken once, at first use, and kept; whoever asks meanwhile waits for the same one.
 * GPUs come from a probe process: if that dies or hangs they are missing, and the snapshot says so.
 */
export class HardwareService {
  readonly #runProbe: RunProbe;
  readonly #log: Logger;
  #snapshot: Promise<Hardware> | null = null;
  #isSettled = false;
  #snapshots = 0;

  constructor(dependencies: { runProbe: RunProbe; log: Logger }) {
    this.#runProbe = dependencies.runProbe;
    this.#log = dependencies.log;
  }

  /** How many snapshots were taken: what was derived from an earlier one is out of date. */
  get generation(): number {
    return this.#snapshots;
  }

  snapshot(options: { refresh: boolean }): Promise<Hardware> {
    if (this.#snapshot !== null && !(options.refresh && this.#isSettled)) return this.#snapshot;
    this.#isSettled = false;
    this.#snapshots++;
    const taken = this.#take();
    this.#snapshot = taken;
    taken.then(
      () => (this.#isSettled = true),
      () => (this.#snapshot = null),
    );
    return taken;
  }

  async #take(): Promise<Hardware> {
    const problems: string[] = [];
    const [facts, probed] = await Promise.all([readFacts(), this.#probe(problems)]);
    problems.push(...facts.problems, ...(probed?.problems ?? []));
    const cpu = this.#cpu(facts, probed, problems);
    if (facts.power === null) problems.push('It could not be read whether the computer runs on battery.');
    return {
      os: { platform: platform(), name: facts.osName ?? type(), release: release(), arch: arch() },
      cpu,
      memory: facts.memory ?? { totalBytes: totalmem(), availableBytes: freemem() },
      gpus: probed?.gpus ?? [],
      power: facts.power ?? { source: 'unknown', batteryPercent: null },
      problems,
    };
  }

  #cpu(facts: MachineFacts, probed: ProbeHardwareResult | null, problems: string[]): Hardware['cpu'] {
    // Counts what this process may use: a container's or a CPU set's share, not the machine's.
    const logicalCores = availableParallelism();
    const physicalCores = facts.physicalCores === null ? null : Math.min(facts.physicalCores, logicalCores);
    const systemInfo = probed?.systemInfo ?? null;
    const features = facts.features ?? (systemInfo === null ? null : featuresFromSystemInfo(systemInfo));
    if (facts.cpuModel === null) problems.push('The system does not tell the name of the processor.');
    if (physicalCores === null) problems.push('The number of physical cores could not be read.');
    if (features === null) problems.push('The vector features of the processor could not be read.');
    return {
      model: facts.cpuModel,
      physicalCores,
      logicalCores,
      features: features ?? [],
      ggmlVariant: probed?.ggmlVariant ?? null,
    };
  }

  async #probe(problems: string[]): Promise<ProbeHardwareResult | null> {
    try {
      return await this.#runProbe('hardware', {}, { timeoutMs: PROBE_TIMEOUT_MS, log: this.#log });
    } catch (error) {
      const reason = error instanceof ProbeError ? error.reason : String(error);
      this.#log.warn('the hardware probe failed', { reason });
      problems.push(`GPUs could not be looked for: ${sentence(reason)} Models run on the processor.`);
      return null;
    }
  }
}

/** Main memory right now; cheap enough to ask before every load. */
export async function currentMemory(): Promise<Memory> {
  const memory = platform() === 'linux' ? await readLinuxMemory() : null;
  return memory ?? { totalBytes: totalmem(), availableBytes: freemem() };
}

async function readFacts(): Promise<MachineFacts> {
  switch (platform()) {
    case 'linux':
      return (await import('./read-linux.ts')).readLinux();
    case 'darwin':
      return (await import('./read-darwin.ts')).readDarwin();
    case 'win32':
      return (await import('./read-windows.ts')).readWindows();
    default:
      return {
        osName: null,
        cpuModel: null,
        physicalCores: null,
        features: null,
        memory: null,
        power: null,
        problems: [`Nibble does not know how to read this system (${platform()}).`],
      };
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
