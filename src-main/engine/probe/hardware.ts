import type { Llama } from 'node-llama-cpp';
import type { Gpu } from '../../contract/hardware.contract.ts';
import type { ProbeHardwareResult } from '../../services/engine-host/protocol.ts';
import { openLlama } from '../llama-library.ts';

const SOFTWARE_GPU = /llvmpipe|lavapipe|softpipe|swiftshader/i;

/** What the engine library sees of this machine. Loading its drivers may take the process down: that is why it has one of its own. */
export async function probeHardware(): Promise<ProbeHardwareResult> {
  const llama = await openLlama('auto');
  const problems: string[] = [];
  const gpus = await listGpus(llama, problems);
  const ggmlVariant = loadedVariant();
  if (ggmlVariant === null) problems.push('Which build of the CPU engine is used could not be read.');
  return { gpus, ggmlVariant, systemInfo: llama.systemInfo, problems };
}

/** The library tells the memory of all GPUs of its backend as one sum, so several are listed as one. */
async function listGpus(llama: Llama, problems: string[]): Promise<Gpu[]> {
  if (llama.gpu === false || !llama.supportsGpuOffloading) return [];
  const names = await llama.getGpuDeviceNames();
  if (names.length === 0) return [];
  const { total, free, unifiedSize } = await llama.getVramState();
  if (names.length > 1)
    problems.push(`The memory of these GPUs is only known as a sum: ${names.join(', ')}.`);
  for (const name of names.filter((name) => SOFTWARE_GPU.test(name)))
    problems.push(`${name} is a GPU made of software: it runs on the processor and uses main memory.`);
  return [
    {
      name: names.join(' + '),
      backend: llama.gpu,
      totalBytes: total,
      freeBytes: Math.min(free, total),
      unified: unifiedSize > 0,
    },
  ];
}

/** ggml carries one CPU library per generation of processors and loads the best: `libggml-cpu-zen4.so` is `zen4`. */
function loadedVariant(): string | null {
  // Without this the report looks names up in the network, which can take seconds. Missing in the type definitions.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { sharedObjects?: string[] };
  for (const path of report.sharedObjects ?? []) {
    const variant = /ggml-cpu(?:-(.+?))?\.(?:so|dll|dylib)$/.exec(path);
    if (variant) return variant[1] ?? 'generic';
  }
  return null;
}
