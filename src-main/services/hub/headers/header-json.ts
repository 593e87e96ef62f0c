import { z } from 'zod';
import { ggmlTypes, tensorBytes } from '../../../domain/gguf/ggml-types.ts';
import { ggufLimits, modelLimits } from '../../../domain/gguf/limits.ts';
import {
  ggufScalarTypes,
  type GgufHeader,
  type GgufScalar,
  type GgufValue,
  type GgufValueType,
  type HeaderValue,
  type ModelSummary,
} from '../../../domain/gguf/types.ts';
import { LONGEST_KEPT_ARRAY } from './plan-header.ts';

const count = z.int().nonnegative();
const positive = z.int().positive();

/** JSON knows neither 64-bit integers nor infinities. */
const scalarSchema = z.union([
  z.number(),
  z.boolean(),
  z.string().max(ggufLimits.stringBytes),
  z.strictObject({ big: z.string().regex(/^-?\d{1,20}$/) }),
  z.strictObject({ float: z.enum(['NaN', 'Infinity', '-Infinity']) }),
]);
type JsonScalar = z.infer<typeof scalarSchema>;

const valueTypes = ggufScalarTypes.flatMap((type): GgufValueType[] => (type ? [type, `${type}[]`] : []));

const summarySchema = z.strictObject({
  name: z.string(),
  architecture: z.string(),
  level: z.string().nullable(),
  parameters: positive,
  bitsPerWeight: z.number().positive(),
  weightsBytes: positive,
  trainedContext: positive.max(modelLimits.trainedContext),
  layers: positive.max(modelLimits.layers),
  embeddingLength: positive.max(modelLimits.embeddingLength),
  headsKv: z.array(count),
  headSizeK: count,
  headSizeV: count,
  vocabularySize: positive,
  chatTemplate: z.string().nullable(),
}) satisfies z.ZodType<ModelSummary>;

const headerSchema = z.strictObject({
  version: z.union([z.literal(2), z.literal(3)]),
  alignment: positive,
  metadata: z
    .array(
      z.tuple([
        z.string().min(1).max(ggufLimits.keyBytes),
        z.enum(valueTypes),
        z.union([scalarSchema, z.array(scalarSchema).max(LONGEST_KEPT_ARRAY)]),
      ]),
    )
    .max(ggufLimits.metadataEntries),
  /** Name, type, dimensions, offset: the size follows. */
  tensors: z
    .array(
      z.tuple([
        z.string().min(1),
        count.refine((type) => ggmlTypes.has(type)),
        z.array(positive).min(1).max(ggufLimits.dimensions),
        count,
      ]),
    )
    .max(ggufLimits.tensors),
  dataOffsetBytes: positive,
  fileSizeBytes: positive,
});

const entrySchema = z.strictObject({
  /** Another one is not read: bump it when what is kept, or how strictly headers are checked, changes. */
  format: z.literal(1),
  key: z.string(),
  header: headerSchema,
  summary: summarySchema,
});

export interface KeptHeader {
  header: GgufHeader;
  summary: ModelSummary;
}

/** `key` says what it is the header of, so that an entry under another's name is not believed. */
export function headerToJson(key: string, { header, summary }: KeptHeader): string {
  const entry: z.input<typeof entrySchema> = {
    format: 1,
    key,
    header: {
      version: header.version,
      alignment: header.alignment,
      metadata: [...header.metadata].map(([name, value]) => [name, typeOf(header, name), toJson(value)]),
      tensors: header.tensors.map(({ name, type, dimensions, offsetBytes }) => [
        name,
        type,
        [...dimensions],
        offsetBytes,
      ]),
      dataOffsetBytes: header.dataOffsetBytes,
      fileSizeBytes: header.fileSizeBytes,
    },
    summary: { ...summary, headsKv: [...summary.headsKv] },
  };
  return JSON.stringify(entry);
}

/** Null for anything that `headerToJson` did not write for this key. */
export function headerFromJson(key: string, text: string): KeptHeader | null {
  const parsed = entrySchema.safeParse(parseJson(text));
  if (!parsed.success || parsed.data.key !== key) return null;
  const { header, summary } = parsed.data;
  return {
    summary,
    header: {
      ...header,
      metadata: new Map(header.metadata.map(([name, , value]) => [name, fromJson(value)])),
      types: new Map(header.metadata.map(([name, type]) => [name, type])),
      tensors: header.tensors.map(([name, type, dimensions, offsetBytes]) => {
        const ggmlType = ggmlTypes.get(type);
        if (!ggmlType) throw new Error('the schema let an unknown type pass');
        return { name, type, dimensions, offsetBytes, sizeBytes: tensorBytes(ggmlType, dimensions) };
      }),
    },
  };
}

function typeOf(header: GgufHeader, key: string): GgufValueType {
  const type = header.types.get(key);
  if (type === undefined) throw new RangeError(`${key} has no type`);
  return type;
}

function toJson(value: HeaderValue): JsonScalar | JsonScalar[] {
  return typeof value === 'object'
    ? Array.from<GgufScalar, JsonScalar>(value, scalarToJson)
    : scalarToJson(value);
}

function scalarToJson(value: GgufScalar): JsonScalar {
  if (typeof value === 'bigint') return { big: String(value) };
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return { float: String(value) as 'NaN' | 'Infinity' | '-Infinity' };
}

function fromJson(value: JsonScalar | JsonScalar[]): GgufValue {
  return Array.isArray(value) ? value.map(scalarFromJson) : scalarFromJson(value);
}

function scalarFromJson(value: JsonScalar): GgufScalar {
  if (typeof value !== 'object') return value;
  return 'big' in value ? BigInt(value.big) : Number(value.float);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
