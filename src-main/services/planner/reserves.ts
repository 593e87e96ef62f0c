import type { Reserve } from '../../contract/accuracy.contract.ts';
import type { Gpu, Hardware } from '../../contract/hardware.contract.ts';
import { MAIN_MEMORY } from '../../domain/planner/choose.ts';
import type { Headroom } from '../../domain/planner/headroom.ts';

/** What experience says to leave free of each device; without experience nothing is said. */
export type Reserves = (
  hardware: Pick<Hardware, 'memory' | 'gpus'>,
) => Promise<Pick<Reserve, 'device' | 'bytes'>[]>;

export const noExperience: Reserves = () => Promise.resolve([]);

/** Main memory and the GPU that is planned for, each with its reserve. */
export interface PlannedDevices {
  memory: Hardware['memory'] & Headroom;
  gpu: (Gpu & Headroom) | null;
}

export async function devicesWithReserves(
  hardware: Pick<Hardware, 'memory' | 'gpus'>,
  reserves: Reserves,
): Promise<PlannedDevices> {
  const known = await reserves(hardware);
  const reserveOf = (device: string) => ({
    reserveBytes: known.find((reserve) => reserve.device === device)?.bytes,
  });
  const [gpu = null] = hardware.gpus;
  return {
    memory: { ...hardware.memory, ...reserveOf(MAIN_MEMORY) },
    gpu: gpu && { ...gpu, ...reserveOf(gpu.name) },
  };
}
