import { backendConstants, seriesConstants } from './backends.ts';
import { coreGflops, memoryBandwidthGbs } from './published-cpus.ts';
import { publishedDevice } from './published-devices.ts';
import type { DeviceSpeed, MachineSpeed, SpeedBackend } from './types.ts';

/** What is known of a machine before anything was measured on it. */
export interface MachineDescription {
  gpus: readonly GpuDescription[];
  cpu: {
    model: string | null;
    physicalCores: number | null;
    features: readonly string[];
    /** From a machine file. */
    bandwidthBytesPerSecond?: number | undefined;
  };
}

export interface GpuDescription {
  name: string;
  backend: Exclude<SpeedBackend, 'cpu'>;
  /** The GPU uses the computer's own memory. */
  unified: boolean;
  /** From a machine file. */
  bandwidthBytesPerSecond?: number | undefined;
}

export const CPU_NAME = 'Memory';
/** An unnamed card is taken for an entry-level one of recent years. */
const UNKNOWN_GPU = { bandwidthGbs: 270, peakTflops: 9 };
const UNKNOWN_UNIFIED_PEAK_TFLOPS = 3;
const UNKNOWN_CORES = 4;
/** What one core can read at the most: a virtual machine with two cores of a server has not that server's bandwidth. */
const CORE_GBS = 20;
const SECONDS_PER_TOKEN = 50e-6;
/** Fitted to Llama-2-7B with all layers but no cache on the GPU against all of it there: 8.9 ms for 64 crossings (tools/llama-bench, ngl 33 and 35). */
const SECONDS_PER_CROSSING = 140e-6;
/** PCIe 4.0 with 16 lanes reaches about half of its 32 GB/s from memory that is not pinned; older and narrower slots less. */
const TRANSFER_BYTES_PER_SECOND = 10e9;
const GIGA = 1e9;

/** GPUs in their order, then the CPU with main memory. */
export function modelledSpeed(machine: MachineDescription): MachineSpeed {
  const cpu = cpuSpeed(machine.cpu);
  const isGiven = [...machine.gpus, machine.cpu].some((device) =>
    isBandwidth(device.bandwidthBytesPerSecond),
  );
  return {
    devices: [...machine.gpus.map((gpu) => gpuSpeed(gpu, cpu)), cpu],
    secondsPerToken: SECONDS_PER_TOKEN,
    secondsPerCrossing: SECONDS_PER_CROSSING,
    transferBytesPerSecond: TRANSFER_BYTES_PER_SECOND,
    basis: isGiven ? 'given' : 'modelled',
  };
}

function cpuSpeed(cpu: MachineDescription['cpu']): DeviceSpeed {
  const unified = publishedDevice(cpu.model ?? '');
  const cores = Math.max(1, cpu.physicalCores ?? UNKNOWN_CORES);
  const reachable = cpu.physicalCores === null ? Infinity : cores * CORE_GBS;
  const published = (unified?.bandwidthGbs ?? Math.min(memoryBandwidthGbs(cpu.model), reachable)) * GIGA;
  return {
    name: CPU_NAME,
    backend: 'cpu',
    bandwidthBytesPerSecond: isBandwidth(cpu.bandwidthBytesPerSecond)
      ? cpu.bandwidthBytesPerSecond
      : published,
    readEfficiency: backendConstants.cpu.readEfficiency,
    secondsPerLayer: backendConstants.cpu.secondsPerLayer,
    computeFlops: cores * coreGflops(cpu.features) * GIGA,
  };
}

function gpuSpeed(gpu: GpuDescription, cpu: DeviceSpeed): DeviceSpeed {
  const published = publishedDevice(gpu.name) ?? unknownGpu(gpu, cpu);
  const bandwidth = isBandwidth(gpu.bandwidthBytesPerSecond)
    ? gpu.bandwidthBytesPerSecond
    : published.bandwidthGbs * GIGA;
  const series = seriesConstants.find(([pattern]) => pattern.test(gpu.name));
  const constants = { ...backendConstants[gpu.backend], ...series?.[1] };
  return {
    name: gpu.name,
    backend: gpu.backend,
    bandwidthBytesPerSecond: bandwidth,
    readEfficiency: constants.readEfficiency,
    secondsPerLayer: constants.secondsPerLayer,
    computeFlops: published.peakTflops * 1e12 * constants.flopsPerPeakFlop,
  };
}

function unknownGpu(gpu: GpuDescription, cpu: DeviceSpeed) {
  if (!gpu.unified) return UNKNOWN_GPU;
  return {
    bandwidthGbs: cpu.bandwidthBytesPerSecond / GIGA,
    peakTflops: UNKNOWN_UNIFIED_PEAK_TFLOPS,
  };
}

function isBandwidth(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value > 0;
}
