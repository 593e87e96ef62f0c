export interface Memory {
  totalBytes: number;
  availableBytes: number;
}

/** `/proc/meminfo`, whose kB are KiB. Null when a line is missing (kernels before 3.14 have no MemAvailable). */
export function parseMemInfo(text: string): Memory | null {
  const kib = (name: string) => {
    const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    return value === undefined ? null : Number(value) * 1024;
  };
  const totalBytes = kib('MemTotal');
  const availableBytes = kib('MemAvailable');
  return totalBytes === null || availableBytes === null ? null : { totalBytes, availableBytes };
}

/** Texts of one memory cgroup: `memory.max`, `memory.current` (v2) or `limit_in_bytes`, `usage_in_bytes` (v1), and `memory.stat`. */
export interface CgroupTexts {
  limit: string;
  usage: string;
  stat: string;
}

/**
 * What a cgroup leaves of the machine's memory. Pages of files that were not used lately count as usage but are given
 * up when memory is needed, so they are available. A limit of `max`, or v1's number beyond all memory, is none.
 */
export function limitMemory(machine: Memory, { limit, usage, stat }: CgroupTexts): Memory {
  const limitBytes = Number(limit.trim());
  if (!(limitBytes < machine.totalBytes)) return machine;
  const inactive = /^(?:total_)?inactive_file (\d+)$/m;
  const total = /^total_inactive_file (\d+)$/m.exec(stat) ?? inactive.exec(stat);
  const usedBytes = Math.max(0, (Number(usage.trim()) || 0) - Number(total?.[1] ?? 0));
  return {
    totalBytes: limitBytes,
    availableBytes: Math.max(0, Math.min(machine.availableBytes, limitBytes - usedBytes)),
  };
}

export interface CgroupPlace {
  version: 1 | 2;
  /** Folder of this process' memory cgroup, as seen from here. */
  folder: string;
  /** Where the hierarchy is mounted; limits of all folders between count. */
  mountPoint: string;
}

/**
 * Finds the memory cgroup of this process from `/proc/self/cgroup` and `/proc/self/mountinfo`. In a container the path
 * in the first is the host's, and the mount's root is its beginning.
 */
export function findMemoryCgroup(cgroup: string, mountInfo: string): CgroupPlace | null {
  const memberships = cgroup.trim().split('\n').map(parseMembership);
  const mounts = mountInfo.trim().split('\n').map(parseMount);
  const v1 = memberships.find(({ controllers }) => controllers.includes('memory'));
  if (v1) {
    const mount = mounts.find(({ type, options }) => type === 'cgroup' && options.includes('memory'));
    return mount ? place(1, v1.path, mount) : null;
  }
  const v2 = memberships.find(({ id }) => id === '0');
  const mount = mounts.find(({ type }) => type === 'cgroup2');
  return v2 && mount ? place(2, v2.path, mount) : null;
}

function place(version: 1 | 2, path: string, mount: { root: string; mountPoint: string }): CgroupPlace {
  const below = path.startsWith(mount.root) ? path.slice(mount.root.length) : path;
  const folder = `${mount.mountPoint}/${below}`.replaceAll(/\/+/g, '/').replace(/\/$/, '');
  return { version, folder, mountPoint: mount.mountPoint };
}

function parseMembership(line: string): { id: string; controllers: string[]; path: string } {
  const [id = '', controllers = '', ...path] = line.split(':');
  return { id, controllers: controllers.split(','), path: path.join(':') };
}

function parseMount(line: string): { root: string; mountPoint: string; type: string; options: string[] } {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , root = '', mountPoint = ''] = before.split(' ');
  const [type = '', , options = ''] = after.split(' ');
  return { root, mountPoint, type, options: options.split(',') };
}
