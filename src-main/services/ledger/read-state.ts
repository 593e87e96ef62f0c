import { readFile } from 'node:fs/promises';
import type { MemoryState, ProcessState } from '../../domain/ledger/types.ts';
import { currentMemory } from '../hardware/hardware.ts';

/** Main memory as it is now. */
export async function readMemoryState(): Promise<MemoryState> {
  const [memory, memInfo, pressure] = await Promise.all([
    currentMemory(),
    readText('/proc/meminfo'),
    readText('/proc/pressure/memory'),
  ]);
  return { ...memory, swap: parseSwap(memInfo), pressure: parsePressure(pressure) };
}

/** Of a process of this machine; null when it has just ended, or where the system does not tell. */
export async function readProcessState(pid: number): Promise<ProcessState | null> {
  return parseProcessStatus(await readText(`/proc/${pid}/status`));
}

export function parseProcessStatus(text: string): ProcessState | null {
  const residentBytes = kibibytes(text, 'VmRSS');
  if (residentBytes === null) return null;
  return {
    residentBytes,
    fileBytes: kibibytes(text, 'RssFile'),
    swappedBytes: kibibytes(text, 'VmSwap'),
  };
}

export function parseSwap(memInfo: string): MemoryState['swap'] {
  const totalBytes = kibibytes(memInfo, 'SwapTotal');
  const freeBytes = kibibytes(memInfo, 'SwapFree');
  return totalBytes === null || freeBytes === null ? null : { totalBytes, freeBytes };
}

/** `some avg10=1.53 avg60=…`, in percent. */
export function parsePressure(text: string): number | null {
  const percent = /^some avg10=([\d.]+)/m.exec(text)?.[1];
  return percent === undefined ? null : Number(percent) / 100;
}

function kibibytes(text: string, name: string): number | null {
  const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return value === undefined ? null : Number(value) * 1024;
}

/** Only Linux has these files; elsewhere what they tell is unknown. */
async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
