import type { LedgerDevice } from '$contract/hardware.contract.ts';
import { formatBytes } from '../../format/figures.ts';

export interface LedgerPart {
  readonly key: 'weights' | 'cache' | 'compute' | 'others' | 'free';
  readonly label: string;
  readonly bytes: number;
}

/** The parts of a device that are known, in the order of the bar. */
export function ledgerParts(device: LedgerDevice): LedgerPart[] {
  const parts: (Omit<LedgerPart, 'bytes'> & { bytes: number | null })[] = [
    { key: 'weights', label: 'Weights', bytes: device.weightsBytes },
    { key: 'cache', label: 'Context', bytes: device.kvCacheBytes },
    // In main memory it is all that the engine takes besides.
    { key: 'compute', label: isMain(device) ? 'Engine' : 'Compute', bytes: device.computeBytes },
    { key: 'others', label: 'Other programs', bytes: device.othersBytes },
    { key: 'free', label: 'Free', bytes: device.freeBytes },
  ];
  return parts.flatMap(({ bytes, ...part }) => {
    const isModelPart = part.key !== 'others' && part.key !== 'free';
    return bytes === null || (isModelPart && bytes === 0) ? [] : [{ ...part, bytes }];
  });
}

/** `Main memory`; a card by its own name. */
export function deviceTitle(device: Pick<LedgerDevice, 'name'>): string {
  return isMain(device) ? 'Main memory' : device.name;
}

function isMain({ name }: Pick<LedgerDevice, 'name'>): boolean {
  return name === 'Memory';
}

/** `20 GiB free of 32 GiB` */
export function freeInWords({ freeBytes, totalBytes }: LedgerDevice): string {
  return freeBytes === null
    ? `${formatBytes(totalBytes)}, free memory unknown`
    : `${formatBytes(freeBytes)} free of ${formatBytes(totalBytes)}`;
}
