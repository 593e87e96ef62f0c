export interface LinuxCpu {
  model: string | null;
  /** Distinct (package, core) pairs; null where the kernel does not tell, as on ARM. */
  physicalCores: number | null;
  flags: string[];
}

/** Reads `/proc/cpuinfo`. x86 names the model and the cores; ARM gives features and part numbers only. */
export function parseCpuInfo(text: string): LinuxCpu {
  const blocks = text.split(/\n\s*\n/).map(parseBlock);
  const first = (key: string) => blocks.map((block) => block.get(key)).find((value) => value !== undefined);
  const cores = new Set(
    blocks
      .filter((block) => block.has('core id'))
      .map((block) => `${block.get('physical id') ?? 0}:${block.get('core id')}`),
  );
  return {
    model: first('model name') ?? first('Model') ?? first('Hardware') ?? null,
    physicalCores: cores.size > 0 ? cores.size : null,
    flags: commonFlags(blocks),
  };
}

/** Threads of a model run on any core, so only what every core has counts. */
function commonFlags(blocks: readonly ReadonlyMap<string, string>[]): string[] {
  const lists = blocks
    .map((block) => block.get('flags') ?? block.get('Features'))
    .filter((list) => list !== undefined)
    .map((list) => list.split(/\s+/));
  const [first = [], ...others] = lists;
  return first.filter((flag) => others.every((list) => list.includes(flag)));
}

function parseBlock(block: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) entries.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  return entries;
}

/** Counts cores by the `thread_siblings_list` of each CPU in `/sys/devices/system/cpu`, for kernels that hide them in cpuinfo. */
export function coresFromSiblings(siblingLists: readonly string[]): number | null {
  const cores = new Set(siblingLists.map((list) => list.trim()).filter((list) => list !== ''));
  return cores.size > 0 ? cores.size : null;
}
