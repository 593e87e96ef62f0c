import { GGUF_ARRAY_TYPE, ggufScalarTypes } from '../../../src-main/domain/gguf/types.ts';

/** A place in a header where a damaged file may differ or end. */
export interface Field {
  kind:
    | 'magic'
    | 'version'
    | 'count'
    | 'length'
    | 'text'
    | 'type'
    | 'value'
    | 'dimensions'
    | 'dimension'
    | 'offset';
  /** Key or tensor name. */
  of: string;
  offset: number;
  length: number;
}

const widths: Readonly<Record<string, number>> = {
  ...{ u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4, bool: 1, u64: 8, i64: 8, f64: 8 },
};

/** Every field of a valid header, in order; of long arrays only the first elements. Knows nothing of the reader. */
export function fieldsOf(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: Field[] = [];
  let offset = 0;
  const field = (kind: Field['kind'], of: string, length: number) => {
    fields.push({ kind, of, offset, length });
    offset += length;
    return offset - length;
  };
  const u32 = (kind: Field['kind'], of: string) => view.getUint32(field(kind, of, 4), true);
  const u64 = (kind: Field['kind'], of: string) => Number(view.getBigUint64(field(kind, of, 8), true));
  const text = (of: string) => {
    const length = u64('length', of);
    const start = field('text', of, length);
    return new TextDecoder().decode(bytes.subarray(start, start + length));
  };
  const scalar = (type: string, of: string) => {
    if (type === 'str') text(of);
    else field('value', of, widths[type] ?? 0);
  };

  field('magic', '', 4);
  u32('version', '');
  const tensors = u64('count', 'tensors');
  const entries = u64('count', 'entries');
  for (let entry = 0; entry < entries; entry++) {
    const key = text(`key ${entry}`);
    const type = u32('type', key);
    if (type !== GGUF_ARRAY_TYPE) {
      scalar(ggufScalarTypes[type] ?? '', key);
      continue;
    }
    const elementType = ggufScalarTypes[u32('type', key)] ?? '';
    const length = u64('count', key);
    for (let element = 0; element < length; element++) {
      const before = fields.length;
      scalar(elementType, key);
      if (element >= MAX_ELEMENTS) fields.length = before;
    }
  }
  for (let tensor = 0; tensor < tensors; tensor++) {
    const name = text(`tensor ${tensor}`);
    const dimensions = u32('dimensions', name);
    for (let dimension = 0; dimension < dimensions; dimension++) u64('dimension', name);
    u32('type', name);
    u64('offset', name);
  }
  return fields;
}

const MAX_ELEMENTS = 2;
