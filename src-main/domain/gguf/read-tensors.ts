import { ggmlTypes, tensorBytes } from './ggml-types.ts';
import type { HeaderCursor, Wants } from './header-cursor.ts';
import { ggufLimits } from './limits.ts';
import type { GgufTensor } from './types.ts';

/** Smallest record: name length, one byte of name, number of dimensions, one dimension, type, offset. */
const MIN_TENSOR_RECORD_BYTES = 8 + 1 + 4 + 8 + 4 + 8;

/** The table of tensors; their places in the file are checked by `checkPlaces` once the header's end is known. */
export function* readTensors(cursor: HeaderCursor, count: number, alignment: number): Wants<GgufTensor[]> {
  cursor.mustHold(count * MIN_TENSOR_RECORD_BYTES, 'tensor list');
  const tensors: GgufTensor[] = [];
  const names = new Set<string>();
  for (let index = 0; index < count; index++) {
    const name = yield* cursor.string(`name of tensor ${index + 1}`, 1, ggufLimits.tensorNameBytes);
    const field = `tensor "${name}"`;
    if (names.has(name)) cursor.malformed(field, 'the name is used twice');
    names.add(name);
    tensors.push(yield* readTensor(cursor, name, field, alignment));
  }
  return tensors;
}

function* readTensor(
  cursor: HeaderCursor,
  name: string,
  field: string,
  alignment: number,
): Wants<GgufTensor> {
  const dimensionCount = yield* cursor.u32(field);
  if (dimensionCount < 1 || dimensionCount > ggufLimits.dimensions) {
    cursor.malformed(field, `it has ${dimensionCount} dimensions; 1 to ${ggufLimits.dimensions} are allowed`);
  }
  yield* cursor.need(dimensionCount * 8 + 4 + 8, field);
  const dimensions: number[] = [];
  for (let index = 0; index < dimensionCount; index++) {
    dimensions.push(cursor.takeCount(`dimension of ${field}`, 1, ggufLimits.dimensionMax));
  }
  const typeNumber = cursor.takeU32();
  const type = ggmlTypes.get(typeNumber);
  if (!type) cursor.malformed(field, `tensor type ${typeNumber} does not exist`);
  const [rowElements = 0] = dimensions;
  if (rowElements % type.blockElements !== 0) {
    cursor.malformed(
      field,
      `rows of ${rowElements} elements cannot be stored as ${type.name}, whose blocks have ${type.blockElements}`,
    );
  }
  // Products above 2^53 are inexact, and larger than any file; the comparison with its size still refuses them.
  const sizeBytes = tensorBytes(type, dimensions);
  const offsetBytes = cursor.takeCount(`offset of ${field}`, 0, Number.MAX_SAFE_INTEGER);
  if (offsetBytes % alignment !== 0) {
    cursor.malformed(field, `its offset ${offsetBytes} is not a multiple of ${alignment}`);
  }
  return { name, type: typeNumber, dimensions, offsetBytes, sizeBytes };
}

/** Every tensor lies inside the file, and no two share a byte. */
export function checkPlaces(cursor: HeaderCursor, tensors: readonly GgufTensor[], dataOffset: number): void {
  let previous: GgufTensor | undefined;
  for (const tensor of tensors.toSorted((a, b) => a.offsetBytes - b.offsetBytes)) {
    if (previous && tensor.offsetBytes < previous.offsetBytes + previous.sizeBytes) {
      cursor.malformed(`tensor "${tensor.name}"`, `its data overlap those of "${previous.name}"`);
    }
    cursor.mustReach(dataOffset + tensor.offsetBytes + tensor.sizeBytes, `tensor "${tensor.name}"`);
    previous = tensor;
  }
}
