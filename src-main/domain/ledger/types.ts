/** Main memory and swap, as the system counts them. */
export interface MemoryState {
  totalBytes: number;
  availableBytes: number;
  /** Null where the system does not tell. */
  swap: { totalBytes: number; freeBytes: number } | null;
  /** Share of the last ten seconds in which some process waited for memory, 0…1; null where the kernel does not tell. */
  pressure: number | null;
}

/** Memory of the engine's process; the parts are null where the system does not tell them. */
export interface ProcessState {
  residentBytes: number;
  /** Pages of files, the mapped weights above all: the system counts them as available. */
  fileBytes: number | null;
  swappedBytes: number | null;
}

export interface GpuState {
  name: string;
  totalBytes: number;
  unified: boolean;
  freeBytes: number | null;
  /** Read at this moment; otherwise when the computer was looked at last. */
  isCurrent: boolean;
}
