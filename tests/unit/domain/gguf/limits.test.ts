import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../../src-main/contract/problem.ts';
import { ggmlTypeId } from '../../../../src-main/domain/gguf/ggml-types.ts';
import { ggufLimits } from '../../../../src-main/domain/gguf/limits.ts';
import { readGgufHeader } from '../../../../src-main/domain/gguf/read-header.ts';
import type { GgufValue, GgufValueType } from '../../../../src-main/domain/gguf/types.ts';
import { ggufBytes, MemorySource } from '../../../helpers/gguf-bytes.ts';

const F32 = ggmlTypeId('F32');
const MIB = 1024 * 1024;

type File = Uint8Array | MemorySource;
const read = (file: File) => readGgufHeader(file instanceof MemorySource ? file : new MemorySource(file));
const whyRefused = (file: File) =>
  read(file).then(
    () => 'accepted',
    (error: unknown) =>
      error instanceof ProblemError ? `${error.problem.code}: ${error.problem.why}` : String(error),
  );

const withValue = (type: GgufValueType, value: GgufValue, key = 'k') => ggufBytes([{ key, type, value }]);
const withEntries = (count: number) =>
  ggufBytes(
    Array.from({ length: count }, (_, index) => ({ key: `k${index}`, type: 'u8' as const, value: 1 })),
  );
const withTensors = (count: number) =>
  ggufBytes(
    [],
    Array.from({ length: count }, (_, index) => ({ name: `t${index}`, type: F32, dimensions: [1] })),
  );
const withTensor = (name: string, dimensions: number[], type = F32) =>
  ggufBytes([], [{ name, type, dimensions }]);
const zeros = (length: number) => new Array<number>(length).fill(0);

/** The header of a file with one tensor, with the 32-bit word that lies `fromEnd` bytes before its unpadded end replaced. */
function patchedTensor(fromEnd: number, value: number): Uint8Array {
  const bytes = withTensor('t', [32]);
  const end = 24 + 8 + 1 + 4 + 8 + 4 + 8;
  new DataView(bytes.buffer).setUint32(end - fromEnd, value, true);
  return bytes;
}

const huge = (dimension: number) => {
  const size = 2 * 2 ** 30;
  const bytes = withTensor('t', [128], ggmlTypeId('Q1_0'));
  new DataView(bytes.buffer).setBigUint64(24 + 8 + 1 + 4, BigInt(dimension), true);
  return new MemorySource(bytes, 'huge.gguf', size);
};

const limits: { limit: string; accepts: () => File; refuses: () => File; why: RegExp }[] = [
  {
    limit: 'a text of 4 MiB',
    accepts: () => withValue('str', 'x'.repeat(4 * MIB)),
    refuses: () => withValue('str', 'x'.repeat(4 * MIB + 1)),
    why: /malformed: length of k: 4194305 is not between 0 and 4194304/,
  },
  {
    limit: 'a text of 4 MiB in an array',
    accepts: () => withValue('str[]', ['', 'x'.repeat(4 * MIB)]),
    refuses: () => withValue('str[]', ['', 'x'.repeat(4 * MIB + 1)]),
    why: /malformed: length of k/,
  },
  {
    limit: 'a key of 256 bytes',
    accepts: () => withValue('u8', 1, 'é'.repeat(128)),
    refuses: () => withValue('u8', 1, `${'é'.repeat(128)}x`),
    why: /malformed: length of key of metadata entry 1: 257 is not/,
  },
  {
    limit: 'a key that is not empty',
    accepts: () => withValue('u8', 1, 'k'),
    refuses: () => withValue('u8', 1, ''),
    why: /malformed: length of key of metadata entry 1: 0 is not/,
  },
  {
    limit: '2,000,000 elements of an array',
    accepts: () => withValue('u8[]', zeros(2_000_000)),
    refuses: () => withValue('u8[]', zeros(2_000_001)),
    why: /malformed: number of elements of k: 2000001 is not/,
  },
  {
    limit: '4,000,000 elements of all arrays',
    accepts: () => ggufBytes(['a', 'b'].map((key) => ({ key, type: 'u8[]', value: zeros(2_000_000) }))),
    refuses: () =>
      ggufBytes([
        ...['a', 'b'].map((key) => ({ key, type: 'u8[]' as const, value: zeros(2_000_000) })),
        { key: 'c', type: 'u8[]', value: [0] },
      ]),
    why: /malformed: c: all arrays together have more than 4000000/,
  },
  {
    limit: '64 MiB of text in all',
    accepts: () => withValue('str[]', new Array<string>(15).fill('x'.repeat(4 * MIB))),
    refuses: () => withValue('str[]', new Array<string>(16).fill('x'.repeat(4 * MIB))),
    why: /malformed: k: all strings together are longer than 67108864 bytes/,
  },
  {
    limit: '10,000 metadata entries',
    accepts: () => withEntries(10_000),
    refuses: () => withEntries(10_001),
    why: /malformed: number of metadata entries: 10001 is not/,
  },
  {
    limit: '100,000 tensors',
    accepts: () => withTensors(100_000),
    refuses: () => withTensors(100_001),
    why: /malformed: number of tensors: 100001 is not/,
  },
  {
    limit: '1 to 4 dimensions',
    accepts: () => withTensor('t', [2, 2, 2, 2]),
    refuses: () => withTensor('t', [2, 2, 2, 2, 2]),
    why: /malformed: tensor "t": it has 5 dimensions/,
  },
  {
    limit: 'at least one dimension',
    accepts: () => withTensor('t', [1]),
    refuses: () => withTensor('t', []),
    why: /malformed: tensor "t": it has 0 dimensions/,
  },
  {
    limit: 'dimensions of at least 1',
    accepts: () => withTensor('t', [2, 1]),
    refuses: () => withTensor('t', [2, 0]),
    why: /malformed: dimension of tensor "t": 0 is not/,
  },
  {
    limit: 'dimensions of at most 2^32',
    accepts: () => huge(2 ** 32),
    refuses: () => huge(2 ** 32 + 128),
    why: /malformed: dimension of tensor "t": 4294967424 is not/,
  },
  {
    limit: 'a tensor name of 63 bytes',
    accepts: () => withTensor('t'.repeat(63), [1]),
    refuses: () => withTensor('t'.repeat(64), [1]),
    why: /malformed: length of name of tensor 1: 64 is not/,
  },
  {
    limit: 'a tensor name that is not empty',
    accepts: () => withTensor('t', [1]),
    refuses: () => withTensor('', [1]),
    why: /malformed: length of name of tensor 1: 0 is not/,
  },
  {
    limit: 'rows of whole blocks',
    accepts: () => withTensor('t', [256, 3], ggmlTypeId('Q4_K')),
    refuses: () => withTensor('t', [255, 256], ggmlTypeId('Q4_K')),
    why: /malformed: tensor "t": rows of 255 elements cannot be stored as Q4_K, whose blocks have 256/,
  },
  {
    limit: 'alignments from 8',
    accepts: () => withValue('u32', 8, 'general.alignment'),
    refuses: () => withValue('u32', 4, 'general.alignment'),
    why: /malformed: general.alignment: 4 is not a power of two/,
  },
  {
    limit: 'alignments to 65,536',
    accepts: () => withValue('u32', 65_536, 'general.alignment'),
    refuses: () => withValue('u32', 131_072, 'general.alignment'),
    why: /malformed: general.alignment: 131072 is not a power of two/,
  },
  {
    limit: 'an alignment that is a u32',
    accepts: () => withValue('u32', 64, 'general.alignment'),
    refuses: () => withValue('u64', 64, 'general.alignment'),
    why: /malformed: general.alignment: it has to be a u32/,
  },
  {
    limit: 'offsets that are aligned',
    accepts: () => patchedTensor(8, 0),
    refuses: () => patchedTensor(8, 16),
    why: /malformed: tensor "t": its offset 16 is not a multiple of 32/,
  },
  {
    limit: 'data inside the file',
    accepts: () => withTensor('t', [32]),
    refuses: () => withTensor('t', [32]).slice(0, -1),
    why: /truncated: tensor "t" ends at byte 192, but the file has only 191 bytes/,
  },
  {
    limit: 'types that exist',
    accepts: () => patchedTensor(12, ggmlTypeId('I32')),
    refuses: () => patchedTensor(12, 43),
    why: /malformed: tensor "t": tensor type 43 does not exist/,
  },
];

describe('every limit of the reader', () => {
  test.each(limits)('$limit', async ({ accepts, refuses, why }) => {
    expect(await whyRefused(accepts())).toBe('accepted');
    expect(await whyRefused(refuses())).toMatch(why);
  });

  test.each([4, 5, 31, 32, 33, 36, 37, 38, 2 ** 31, 2 ** 32 - 1])(
    'the removed tensor type %i',
    async (type) => {
      expect(await whyRefused(patchedTensor(12, type))).toContain(`tensor type ${type} does not exist`);
    },
  );

  test('two keys, two tensors and two ranges of data are different', async () => {
    const entry = { key: 'k', type: 'u8' as const, value: 1 };
    expect(await whyRefused(ggufBytes([entry, entry]))).toMatch(/malformed: k: the key is used twice/);
    const tensor = { name: 't', type: F32, dimensions: [32] };
    expect(await whyRefused(ggufBytes([], [tensor, tensor]))).toMatch(
      /malformed: tensor "t": the name is used twice/,
    );

    const bytes = ggufBytes([], [tensor, { ...tensor, name: 'u' }]);
    const secondOffset = 24 + 2 * (8 + 1 + 4 + 8 + 4 + 8) - 8;
    new DataView(bytes.buffer).setBigUint64(secondOffset, 96n, true);
    expect(await whyRefused(bytes)).toMatch(/malformed: tensor "u": its data overlap those of "t"/);
  });

  test('the time of parsing', async () => {
    const bytes = withValue('u8[]', zeros(200_000));
    const readAt = (stepMs: number) => {
      let nowMs = 0;
      const source = new MemorySource(bytes);
      return readGgufHeader(source, { workedMs: () => (nowMs += stepMs), firstChunkBytes: 100 });
    };
    await expect(readAt(1)).resolves.toBeDefined();
    await expect(readAt(ggufLimits.parseMs + 1)).rejects.toThrow(
      /takes far longer than that of any real model/,
    );
  });

  test('together keep a header under 256 MiB', () => {
    const arrays = ggufLimits.arrayElementsTotal * 8;
    const entries = ggufLimits.metadataEntries * (8 + 4 + 4 + 8 + 8);
    const tensors = ggufLimits.tensors * (8 + 4 + 8 * ggufLimits.dimensions + 4 + 8);
    const largest = ggufLimits.stringBytesTotal + arrays + entries + tensors + ggufLimits.alignmentMax;
    expect(largest).toBeLessThan(256 * MIB);
  });
});
