import type { Hardware } from '../../contract/hardware.contract.ts';
import type { MachineFile } from '../../contract/plan.contract.ts';
import { CPU_NAME, modelledSpeed } from '../../domain/planner/speed/machine-speed.ts';
import type { MachineSpeed } from '../../domain/planner/speed/types.ts';

/** The GPU that is planned for, if there is one, then the CPU: from published figures of such devices. */
export function modelledHere({ cpu, gpus: [gpu] }: Pick<Hardware, 'cpu' | 'gpus'>): MachineSpeed {
  return modelledSpeed({ gpus: gpu ? [gpu] : [], cpu });
}

/** Of another machine: what its file says, else published figures. */
export function speedOfFile(file: MachineFile, gpu: MachineFile['gpus'][number] | null): MachineSpeed {
  const { cpu, memory, bandwidthBytesPerSecond: byName = {} } = file;
  const given = (name: string, own: number | undefined) => ({
    bandwidthBytesPerSecond: own ?? byName[name],
  });
  return modelledSpeed({
    gpus: gpu ? [{ ...gpu, ...given(gpu.name, gpu.bandwidthBytesPerSecond) }] : [],
    cpu: { ...cpu, ...given(CPU_NAME, memory.bandwidthBytesPerSecond) },
  });
}
