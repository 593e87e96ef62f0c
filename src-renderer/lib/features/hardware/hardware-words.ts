import type { Gpu, Hardware } from '$contract/hardware.contract.ts';
import { counted } from '../../format/figures.ts';

export const backendNames: Record<Gpu['backend'], string> = {
  cuda: 'CUDA',
  vulkan: 'Vulkan',
  metal: 'Metal',
};

/** `8 cores, 16 threads`; only what is known. */
export function coresInWords({ physicalCores, logicalCores }: Hardware['cpu']): string {
  if (physicalCores === null) return `${counted(logicalCores, 'thread')}, number of cores unknown`;
  const cores = counted(physicalCores, 'core');
  return physicalCores === logicalCores ? cores : `${cores}, ${counted(logicalCores, 'thread')}`;
}

export function powerInWords({ source, batteryPercent }: Hardware['power']): string {
  const charge = batteryPercent === null ? '' : `, ${Math.round(batteryPercent)} % charged`;
  switch (source) {
    case 'mains':
      return `From the mains${charge}`;
    case 'battery':
      return `From the battery${charge}; answers may be slower`;
    case 'unknown':
      return 'The system does not tell';
    default:
      return source satisfies never;
  }
}

/** `Debian GNU/Linux 12 (x64), release 6.1.0` */
export function systemInWords({ name, arch, release }: Hardware['os']): string {
  return `${name} (${arch}), release ${release}`;
}
