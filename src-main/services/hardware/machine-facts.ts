import type { Hardware } from '../../contract/hardware.contract.ts';
import type { Memory } from './linux-memory.ts';

/** What is read of a machine without the engine library. */
export interface MachineFacts {
  osName: string | null;
  cpuModel: string | null;
  physicalCores: number | null;
  /** Null where the platform does not tell. */
  features: string[] | null;
  memory: Memory | null;
  power: Hardware['power'] | null;
  problems: string[];
}
