import { cpus, freemem, release, totalmem } from 'node:os';
import type { MachineFacts } from './machine-facts.ts';
import { windowsName } from './os-name.ts';
import { readPower } from './read-power.ts';

export async function readWindows(): Promise<MachineFacts> {
  const { cpu } = await import('systeminformation');
  const [processor, power] = await Promise.all([cpu().catch(() => null), readPower()]);
  return {
    osName: windowsName(release()),
    cpuModel: cpus()[0]?.model.trim() ?? null,
    physicalCores: processor?.physicalCores || null,
    // Windows has no list of them; llama.cpp's own is used.
    features: null,
    memory: { totalBytes: totalmem(), availableBytes: freemem() },
    power,
    problems: [],
  };
}
