import { expect, test } from 'vitest';
import { cacheTypeSuits, fullAttentionCacheBytes } from '../../../../src-main/domain/planner/cache.ts';
import { usableRamBytes, usableVramBytes } from '../../../../src-main/domain/planner/headroom.ts';
import { rearrange } from '../../../../src-main/domain/planner/repack.ts';
import { GIB, llama8b } from './arbitraries.ts';

const MIB = 2 ** 20;
const f16 = { cacheTypeK: 'f16', cacheTypeV: 'f16' } as const;

test.each([
  // Published: Llama 3 8B holds 1 GiB of cache at 8192 tokens in f16, 8.5 and 4.5 bits a value otherwise.
  [8192, 'f16', GIB],
  [8192, 'q8_0', (GIB * 8.5) / 16],
  [8192, 'q4_0', (GIB * 4.5) / 16],
  [8000, 'f16', GIB],
] as const)('cache of %i tokens in %s takes %i bytes', (contextSize, type, bytes) => {
  const settings = { gpuLayers: 0, contextSize, cacheTypeK: type, cacheTypeV: type };
  expect(fullAttentionCacheBytes(llama8b, settings)).toEqual({ cpu: bytes, gpu: 0 });
});

test.each([
  // Seen with llama.cpp v0.5.0: 4 GPU layers of 8 and the output put 3 layers' cache on the GPU.
  [0, 32, 0],
  [1, 32, 0],
  [4, 20, 12],
  [8, 4, 28],
  [9, 0, 32],
])('%i GPU layers leave %i MiB of cache in memory and put %i on the GPU', (gpuLayers, cpu, gpu) => {
  const model = { layers: 8, headsKv: new Array<number>(8).fill(8), headSizeK: 64, headSizeV: 64 };
  const bytes = fullAttentionCacheBytes(model, { gpuLayers, contextSize: 2048, ...f16 });
  expect(bytes).toEqual({ cpu: cpu * MIB, gpu: gpu * MIB });
});

test('a quantized cache needs heads of whole blocks, and Qwen2 keys need more than four bits', () => {
  const suits = (architecture: string, headSizeK: number, headSizeV = headSizeK) =>
    (['f16', 'q8_0', 'q4_0'] as const).filter((type) =>
      cacheTypeSuits({ ...llama8b, architecture, headSizeK, headSizeV }, type),
    );
  expect(suits('llama', 128)).toEqual(['f16', 'q8_0', 'q4_0']);
  expect(suits('llama', 40)).toEqual(['f16']);
  expect(suits('llama', 128, 80)).toEqual(['f16']);
  expect(suits('qwen2', 128)).toEqual(['f16', 'q8_0']);
  expect(suits('qwen2moe', 128)).toEqual(['f16', 'q8_0']);
});

test('weights that ggml rearranges are held twice, but not what lies outside the part of the file still in use', () => {
  let offsetBytes = 0;
  const tensor = (name: string, type: number, rows: number, sizeBytes: number) => {
    offsetBytes += sizeBytes;
    const dimensions = rows === 1 ? [256] : [256, rows];
    return { name, type, dimensions, offsetBytes: offsetBytes - sizeBytes, sizeBytes };
  };
  const tied = [
    tensor('token_embd.weight', 2, 512, 1),
    tensor('blk.0.attn_q.weight', 2, 256, 10),
    tensor('blk.0.attn_k.weight', 2, 12, 100),
    tensor('blk.0.ffn_up.weight', 14, 256, 1000),
    tensor('blk.0.ffn_down.weight', 10, 256, 10_000),
    tensor('output_norm.weight', 0, 1, 100_000),
    tensor('blk.1.attn_q.weight', 2, 256, 1_000_000),
  ];
  const untied = [...tied, tensor('output.weight', 2, 512, 10_000_000)];
  const repacked = (features: string[]) => [rearrange(untied, features), rearrange(tied, features)];
  expect(repacked([])).toEqual([
    { repackedBytes: 0, mappedBytes: 11_111_111 },
    { repackedBytes: 0, mappedBytes: 1_111_111 },
  ]);
  expect(repacked(['AVX', 'AVX2'])).toEqual([
    { repackedBytes: 11_000_010, mappedBytes: 111_111 },
    { repackedBytes: 1_000_011, mappedBytes: 111_111 },
  ]);
  expect(rearrange(tied, ['AVX2', 'AVX-512 F']).repackedBytes).toBe(1_010_011);
  expect(rearrange(tied, ['NEON', 'dot product']).repackedBytes).toBe(1_001_011);
  expect(rearrange([], ['AVX2'])).toEqual({ repackedBytes: 0, mappedBytes: 0 });
});

test('AMX computes with copies of its own, which of some types are larger', () => {
  const amx = ['AVX2', 'AVX-512 F', 'AVX-512 VNNI', 'AMX INT8'];
  const copied = (type: number, dimensions: number[], sizeBytes: number, name = 'blk.0.attn_q.weight') =>
    rearrange([{ name, type, dimensions, sizeBytes, offsetBytes: 0 }], amx).repackedBytes;
  const [f16Bytes, q8Bytes, q6Bytes, q4kBytes] = [2 * 65_536, 34 * 2048, 210 * 256, 144 * 256];
  expect(copied(1, [256, 256], f16Bytes)).toBe(f16Bytes);
  expect(copied(1, [40, 256], 2 * 40 * 256)).toBe(0);
  expect(copied(8, [256, 256], q8Bytes)).toBe(38 * 2048);
  expect(copied(14, [256, 256], q6Bytes)).toBe(q6Bytes);
  expect(copied(12, [256, 256], q4kBytes)).toBe(148 * 256);
  // A size that is only known roughly makes no fraction of a byte.
  expect(copied(8, [256, 256], 1001)).toBe(1119);
  // Too few rows for a tile, and experts: rearranged as without AMX, or not at all.
  expect(copied(12, [256, 8], 144 * 8)).toBe(144 * 8);
  expect(copied(14, [256, 8], 210 * 8)).toBe(0);
  expect(copied(8, [256, 256, 4], 4 * q8Bytes, 'blk.0.ffn_up_exps.weight')).toBe(0);
  // Without the instructions beside it the tiles are not used.
  expect(
    rearrange(
      [{ name: 'x', type: 1, dimensions: [256, 256], sizeBytes: f16Bytes, offsetBytes: 0 }],
      ['AMX INT8'],
    ),
  ).toMatchObject({ repackedBytes: 0 });
});

test('reserves', () => {
  const ram = (total: number, available: number) =>
    usableRamBytes({ totalBytes: total * GIB, availableBytes: available * GIB }) / GIB;
  expect([ram(4, 3), ram(16, 12), ram(128, 100), ram(4, 0.5)]).toEqual(
    [2, 10.4, 96, 0].map((gib): unknown => expect.closeTo(gib)),
  );
  const vram = (total: number, free: number) =>
    usableVramBytes({ totalBytes: total * GIB, freeBytes: free * GIB }) / GIB;
  expect([vram(2, 2), vram(8, 7), vram(80, 79), vram(8, 0.1)]).toEqual(
    [1.75, 6.6, 78, 0].map((gib): unknown => expect.closeTo(gib)),
  );
});
