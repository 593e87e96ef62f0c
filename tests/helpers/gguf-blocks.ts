import { ggmlTypes, ggmlTypeId } from '../../src-main/domain/gguf/ggml-types.ts';

/** How to fill blocks with random bits that still mean small, finite numbers. */
interface BlockScales {
  /** Where 16-bit floats lie in a block; every other byte may hold anything. */
  halfOffsets: readonly number[];
  /** Largest value written there, chosen so that weights come out around ±0.05. */
  scale: number;
}

/** From the `block_*` structs in ggml-common.h of llama.cpp v0.5.0. */
const blockScales: Readonly<Record<string, BlockScales>> = {
  F16: { halfOffsets: [0], scale: 0.05 },
  Q4_0: { halfOffsets: [0], scale: 0.01 },
  Q4_1: { halfOffsets: [0, 2], scale: 0.005 },
  Q5_0: { halfOffsets: [0], scale: 0.005 },
  Q5_1: { halfOffsets: [0, 2], scale: 0.0025 },
  Q8_0: { halfOffsets: [0], scale: 0.0006 },
  Q2_K: { halfOffsets: [80, 82], scale: 0.002 },
  Q3_K: { halfOffsets: [108], scale: 0.0005 },
  Q4_K: { halfOffsets: [0, 2], scale: 0.0001 },
  Q5_K: { halfOffsets: [0, 2], scale: 0.00006 },
  Q6_K: { halfOffsets: [208], scale: 0.00002 },
  IQ4_NL: { halfOffsets: [0], scale: 0.0006 },
  IQ4_XS: { halfOffsets: [0], scale: 0.00002 },
  TQ1_0: { halfOffsets: [52], scale: 0.05 },
  TQ2_0: { halfOffsets: [64], scale: 0.05 },
};

const POOL_BYTES = 4 * 1024 * 1024;

/** Deterministic 32-bit numbers (mulberry32). */
export function randomUint32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** About 4 MiB of random blocks of a type, to be repeated: 0.7 GB are then written at the speed of the disk. */
export function randomBlocks(typeName: string, seed: number): Uint8Array {
  const type = ggmlTypes.get(ggmlTypeId(typeName));
  if (!type) throw new RangeError(typeName);
  const random = randomUint32(seed);
  const blocks = Math.ceil(POOL_BYTES / type.blockBytes);
  const bytes = new Uint8Array(Math.ceil((blocks * type.blockBytes) / 4) * 4);
  const view = new DataView(bytes.buffer);
  const signed = (limit: number) => (random() / 2 ** 31 - 1) * limit;
  if (typeName === 'F32') {
    for (let offset = 0; offset < bytes.length; offset += 4) view.setFloat32(offset, signed(0.05), true);
    return bytes;
  }
  const scales = blockScales[typeName];
  if (!scales) throw new RangeError(`no recipe for random blocks of ${typeName}`);
  for (let offset = 0; offset < bytes.length; offset += 4) view.setUint32(offset, random(), true);
  for (let block = 0; block < blocks; block++) {
    for (const offset of scales.halfOffsets) {
      view.setUint16(block * type.blockBytes + offset, halfBits(signed(scales.scale)), true);
    }
  }
  return bytes.subarray(0, blocks * type.blockBytes);
}

/** The nearest smaller 16-bit float of a value below 1; what is below 2^-14 becomes a subnormal. */
function halfBits(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  if (!Number.isFinite(exponent)) return sign;
  const steps = Math.floor((size / 2 ** exponent) * 1024);
  return sign | (steps < 1024 ? steps : ((exponent + 15) << 10) | (steps - 1024));
}
