import type { Gpu } from '$contract/hardware.contract.ts';
import type { MachineFile } from '$contract/plan.contract.ts';

const GIB = 1024 ** 3;

export interface ExampleMachine {
  readonly id: string;
  readonly label: string;
  readonly machine: MachineFile;
}

interface ExampleParts {
  readonly cores: number;
  readonly memory: { readonly totalGib: number; readonly availableGib: number };
  /** Bytes per second that decoding reads: about four fifths of what the data sheets say. */
  readonly memoryBandwidth: number;
  readonly card?: {
    readonly name: string;
    readonly totalGib: number;
    readonly freeGib: number;
    readonly bandwidth: number;
  };
}

/** Machines to ask "what if" of: examples of what people own, not measurements of one that stands somewhere. */
export const exampleMachines: readonly ExampleMachine[] = [
  {
    id: 'small-laptop',
    label: 'Laptop, 8 GB',
    // DDR4-3200 in two channels: 51.2 GB/s. System and browser hold about 3 GiB.
    machine: example({
      cores: 4,
      memory: { totalGib: 7.7, availableGib: 4.7 },
      memoryBandwidth: 40e9,
    }),
  },
  {
    id: 'gaming-laptop',
    label: 'Laptop, 16 GB, 8 GB card',
    // DDR5-4800 in two channels: 76.8 GB/s.
    machine: example({
      cores: 8,
      memory: { totalGib: 15.6, availableGib: 11 },
      memoryBandwidth: 60e9,
      card: {
        name: 'NVIDIA GeForce RTX 4060 Laptop GPU',
        totalGib: 8,
        freeGib: 7.2,
        bandwidth: 205e9, // of 256 GB/s
      },
    }),
  },
  {
    id: 'desktop',
    label: 'Desktop, 64 GB, 24 GB card',
    // DDR5-5600 in two channels: 89.6 GB/s.
    machine: example({
      cores: 12,
      memory: { totalGib: 62.7, availableGib: 55 },
      memoryBandwidth: 70e9,
      card: {
        name: 'NVIDIA GeForce RTX 4090',
        totalGib: 24,
        freeGib: 22.8,
        bandwidth: 810e9, // of 1,008 GB/s
      },
    }),
  },
];

function example({ cores, memory, memoryBandwidth, card }: ExampleParts): MachineFile {
  const gpus: Gpu[] = card
    ? [
        {
          name: card.name,
          backend: 'cuda',
          totalBytes: bytes(card.totalGib),
          freeBytes: bytes(card.freeGib),
          unified: false,
        },
      ]
    : [];
  return {
    os: { platform: 'win32', name: 'Windows 11', release: '10.0.26100', arch: 'x64' },
    cpu: {
      model: null,
      physicalCores: cores,
      logicalCores: cores * 2,
      features: ['AVX', 'AVX2', 'FMA', 'F16C'],
      ggmlVariant: 'haswell',
    },
    memory: { totalBytes: bytes(memory.totalGib), availableBytes: bytes(memory.availableGib) },
    gpus,
    power: { source: 'mains', batteryPercent: null },
    problems: [],
    bandwidthBytesPerSecond: { Memory: memoryBandwidth, ...(card && { [card.name]: card.bandwidth }) },
  };
}

function bytes(gib: number): number {
  return Math.round(gib * GIB);
}
