import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { featuresFromLinuxFlags } from './cpu-features.ts';
import { coresFromSiblings, parseCpuInfo } from './linux-cpu.ts';
import {
  findMemoryCgroup,
  limitMemory,
  parseMemInfo,
  type CgroupPlace,
  type Memory,
} from './linux-memory.ts';
import type { MachineFacts } from './machine-facts.ts';
import { linuxName } from './os-name.ts';
import { powerFromSupplies, type PowerSupply } from './power.ts';

const CPU_FOLDER = '/sys/devices/system/cpu';
const POWER_FOLDER = '/sys/class/power_supply';

export async function readLinux(): Promise<MachineFacts> {
  const [cpuInfo, osRelease, memory, supplies] = await Promise.all([
    readText('/proc/cpuinfo'),
    readText('/etc/os-release'),
    readLinuxMemory(),
    readSupplies(),
  ]);
  const cpu = cpuInfo === undefined ? null : parseCpuInfo(cpuInfo);
  const problems: string[] = [];
  if (memory === null) problems.push('The free memory could not be read from /proc/meminfo.');
  return {
    osName: osRelease === undefined ? null : linuxName(osRelease),
    cpuModel: cpu?.model ?? null,
    physicalCores: cpu?.physicalCores ?? (await readSiblings()),
    features: cpu === null ? null : featuresFromLinuxFlags(cpu.flags),
    memory,
    power: powerFromSupplies(supplies),
    problems,
  };
}

/** Memory of the machine, or of the container where that is less. */
export async function readLinuxMemory(): Promise<Memory | null> {
  const [memInfo, cgroup, mountInfo] = await Promise.all([
    readText('/proc/meminfo'),
    readText('/proc/self/cgroup'),
    readText('/proc/self/mountinfo'),
  ]);
  let memory = memInfo === undefined ? null : parseMemInfo(memInfo);
  const place = cgroup === undefined || mountInfo === undefined ? null : findMemoryCgroup(cgroup, mountInfo);
  if (memory === null || place === null) return memory;
  for (let folder = place.folder; folder.startsWith(place.mountPoint); folder = dirname(folder)) {
    memory = await limitByFolder(memory, folder, place.version);
  }
  return memory;
}

const cgroupFiles = {
  1: { limit: 'memory.limit_in_bytes', usage: 'memory.usage_in_bytes' },
  2: { limit: 'memory.max', usage: 'memory.current' },
} as const;

async function limitByFolder(
  memory: Memory,
  folder: string,
  version: CgroupPlace['version'],
): Promise<Memory> {
  const files = cgroupFiles[version];
  const [limit, usage, stat] = await Promise.all(
    [files.limit, files.usage, 'memory.stat'].map((file) => readText(join(folder, file))),
  );
  if (limit === undefined || usage === undefined) return memory;
  return limitMemory(memory, { limit, usage, stat: stat ?? '' });
}

async function readSiblings(): Promise<number | null> {
  const cpus = (await listFolder(CPU_FOLDER)).filter((name) => /^cpu\d+$/.test(name));
  const lists = await Promise.all(
    cpus.map((cpu) => readText(join(CPU_FOLDER, cpu, 'topology/thread_siblings_list'))),
  );
  return coresFromSiblings(lists.filter((list) => list !== undefined));
}

async function readSupplies(): Promise<PowerSupply[]> {
  return Promise.all(
    (await listFolder(POWER_FOLDER)).map(async (name) => {
      const read = async (file: string) => (await readText(join(POWER_FOLDER, name, file)))?.trim();
      const [type, scope, online, status, capacity] = await Promise.all(
        ['type', 'scope', 'online', 'status', 'capacity'].map(read),
      );
      return { type, scope, online, status, capacity };
    }),
  );
}

/** Files below /proc and /sys come and go with kernel and container; what is not there is simply not told. */
async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

async function listFolder(path: string): Promise<string[]> {
  return readdir(path).catch(() => []);
}
