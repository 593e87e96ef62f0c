/** One beat, written by the child every 500 ms as a JSON line on file descriptor 4. */
export interface Heartbeat {
  /** Turns of the child's main event loop; stands still while JavaScript or a synchronous native call blocks it. */
  mainTicks: number;
  /** Batches evaluated, tokens generated, steps of loading. */
  progress: number;
  /** CPU time of the whole process. */
  cpuMs: number;
  /** Pages read from disk so far: a model that is paged in from a slow disk uses hardly any CPU. */
  majorFaults?: number;
}

/** Null for anything that is not a beat. */
export function parseHeartbeat(line: string): Heartbeat | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { mainTicks, progress, cpuMs, majorFaults } = value as Record<string, unknown>;
  if (typeof mainTicks !== 'number' || typeof progress !== 'number' || typeof cpuMs !== 'number') return null;
  return { mainTicks, progress, cpuMs, ...(typeof majorFaults === 'number' && { majorFaults }) };
}
