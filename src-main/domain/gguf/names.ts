/** Sizes that publishers append to a level: `Q6_K_L` keeps embeddings and output at a higher one. */
const sizes = ['XXS', 'XXL', 'XS', 'XL', 'S', 'M', 'L'];

/** Longest first where one begins another. */
const bases = [
  ...['F64', 'F32', 'F16', 'BF16', 'FP32', 'FP16'],
  ...['Q1_0', 'Q2_0', 'Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q8_0'],
  ...['Q2_K_S', 'Q2_K', 'Q3_K_S', 'Q3_K_M', 'Q3_K_L', 'Q3_K', 'Q4_K_S', 'Q4_K_M', 'Q4_K'],
  ...['Q5_K_S', 'Q5_K_M', 'Q5_K', 'Q6_K', 'Q8_K'],
  ...['IQ1_S', 'IQ1_M', 'IQ2_XXS', 'IQ2_XS', 'IQ2_S', 'IQ2_M', 'IQ3_XXS', 'IQ3_XS', 'IQ3_S', 'IQ3_M'],
  ...['IQ4_NL', 'IQ4_XS', 'TQ1_0', 'TQ2_0', 'MXFP4_MOE', 'MXFP4', 'NVFP4'],
];

const levelPattern = new RegExp(
  `(?<![A-Z0-9])(?<dynamic>UD-)?(?<base>${bases.join('|')})(?:_(?<size>${sizes.join('|')}))?(?![A-Z0-9])`,
  'g',
);

const aliases: Readonly<Record<string, string>> = { FP16: 'F16', FP32: 'F32' };

export interface LevelLabel {
  /** As people say it: `Q4_K_M`, `Q6_K_L`, `UD-Q2_K_XL`. */
  label: string;
  /** Without what a publisher added: `Q4_K_M`, `Q6_K`, `Q2_K`. */
  base: string;
  /** The added size: `L`, `XL`. */
  size: string | null;
  /** Unsloth's "dynamic" levels choose a type per tensor. */
  dynamic: boolean;
}

/** The quantization level a file's name tells; the last one wins, since a name may also tell what it was made from. */
export function parseLevel(fileName: string): LevelLabel | null {
  const groups = [...stem(fileName).toUpperCase().matchAll(levelPattern)].at(-1)?.groups;
  if (!groups?.base) return null;
  const base = aliases[groups.base] ?? groups.base;
  const size = groups.size ?? null;
  const dynamic = groups.dynamic !== undefined;
  return { label: `${dynamic ? 'UD-' : ''}${base}${size ? `_${size}` : ''}`, base, size, dynamic };
}

export interface SplitName {
  /** What stands before `-00001-of-00003.gguf`. */
  prefix: string;
  /** From 1. */
  part: number;
  count: number;
}

const splitPattern = /^(?<prefix>.+)-(?<part>\d{5})-of-(?<count>\d{5})\.gguf$/s;

/** The parts of a split file's name, null for any other name. */
export function parseSplitName(fileName: string): SplitName | null {
  const groups = splitPattern.exec(fileName)?.groups;
  if (!groups?.prefix) return null;
  return { prefix: groups.prefix, part: Number(groups.part), count: Number(groups.count) };
}

/** The name llama.cpp expects for part `part` of `count`. */
export function splitName(prefix: string, part: number, count: number): string {
  const digits = (value: number) => String(value).padStart(5, '0');
  return `${prefix}-${digits(part)}-of-${digits(count)}.gguf`;
}

/** The last segment of a path of any system, without the ending and without the numbers of a part. */
export function stem(path: string): string {
  const fileName = path.split(/[/\\]/).at(-1) ?? path;
  return parseSplitName(fileName)?.prefix ?? fileName.replace(/\.gguf$/i, '');
}

/** `llama_ftype` of llama.cpp v0.5.0, as written to `general.file_type`. */
const levelsByFileType: ReadonlyMap<number, string> = new Map([
  [0, 'F32'],
  [1, 'F16'],
  [2, 'Q4_0'],
  [3, 'Q4_1'],
  [7, 'Q8_0'],
  [8, 'Q5_0'],
  [9, 'Q5_1'],
  [10, 'Q2_K'],
  [11, 'Q3_K_S'],
  [12, 'Q3_K_M'],
  [13, 'Q3_K_L'],
  [14, 'Q4_K_S'],
  [15, 'Q4_K_M'],
  [16, 'Q5_K_S'],
  [17, 'Q5_K_M'],
  [18, 'Q6_K'],
  [19, 'IQ2_XXS'],
  [20, 'IQ2_XS'],
  [21, 'Q2_K_S'],
  [22, 'IQ3_XS'],
  [23, 'IQ3_XXS'],
  [24, 'IQ1_S'],
  [25, 'IQ4_NL'],
  [26, 'IQ3_S'],
  [27, 'IQ3_M'],
  [28, 'IQ2_S'],
  [29, 'IQ2_M'],
  [30, 'IQ4_XS'],
  [31, 'IQ1_M'],
  [32, 'BF16'],
  [36, 'TQ1_0'],
  [37, 'TQ2_0'],
  [38, 'MXFP4_MOE'],
  [39, 'NVFP4'],
  [40, 'Q1_0'],
  [41, 'Q2_0'],
]);

export function levelOfFileType(fileType: number): string | null {
  return levelsByFileType.get(fileType) ?? null;
}
