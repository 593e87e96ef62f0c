/** Places of the counters that the main thread and the heartbeat thread share. */
export const heartbeatSlots = { mainTicks: 0, progress: 1 } as const;
