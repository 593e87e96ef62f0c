/**
 * Vector features that decide how fast a CPU runs quantized models, in the order they are shown, with the names that
 * Linux (`/proc/cpuinfo`: flags or Features), macOS (`sysctl`) and llama.cpp (`system_info`) have for them.
 */
const features = [
  { name: 'AVX', linux: ['avx'], mac: ['AVX1.0'], llama: ['AVX'] },
  { name: 'AVX2', linux: ['avx2'], mac: ['AVX2'], llama: ['AVX2'] },
  { name: 'FMA', linux: ['fma'], mac: ['FMA'], llama: ['FMA'] },
  { name: 'F16C', linux: ['f16c'], mac: ['F16C'], llama: ['F16C'] },
  { name: 'AVX-VNNI', linux: ['avx_vnni'], mac: [], llama: ['AVX_VNNI'] },
  { name: 'AVX-512 F', linux: ['avx512f'], mac: ['AVX512F'], llama: ['AVX512'] },
  { name: 'AVX-512 VNNI', linux: ['avx512_vnni'], mac: ['AVX512VNNI'], llama: ['AVX512_VNNI'] },
  { name: 'AVX-512 BF16', linux: ['avx512_bf16'], mac: [], llama: ['AVX512_BF16'] },
  { name: 'AMX INT8', linux: ['amx_int8'], mac: [], llama: ['AMX_INT8'] },
  { name: 'AMX BF16', linux: ['amx_bf16'], mac: [], llama: [] },
  {
    name: 'NEON',
    linux: ['asimd', 'neon'],
    mac: ['hw.optional.neon', 'hw.optional.AdvSIMD'],
    llama: ['NEON'],
  },
  { name: 'dot product', linux: ['asimddp'], mac: ['hw.optional.arm.FEAT_DotProd'], llama: ['DOTPROD'] },
  { name: 'i8mm', linux: ['i8mm'], mac: ['hw.optional.arm.FEAT_I8MM'], llama: ['MATMUL_INT8'] },
  { name: 'BF16', linux: ['bf16'], mac: ['hw.optional.arm.FEAT_BF16'], llama: [] },
  { name: 'SVE', linux: ['sve'], mac: [], llama: ['SVE'] },
  { name: 'SVE2', linux: ['sve2'], mac: [], llama: [] },
  { name: 'SME', linux: ['sme'], mac: ['hw.optional.arm.FEAT_SME'], llama: ['SME'] },
] as const;

export const cpuFeatureNames = features.map(({ name }) => name);

export function featuresFromLinuxFlags(flags: readonly string[]): string[] {
  return namesOf('linux', new Set(flags));
}

/** `sysctl` output: `machdep.cpu.features` lists on Intel, `hw.optional.…: 1` on Apple silicon. */
export function featuresFromSysctl(values: ReadonlyMap<string, string>): string[] {
  const present = new Set<string>();
  for (const list of ['machdep.cpu.features', 'machdep.cpu.leaf7_features']) {
    for (const word of values.get(list)?.split(/\s+/) ?? []) present.add(word);
  }
  for (const [key, value] of values) if (value === '1') present.add(key);
  return namesOf('mac', present);
}

/** llama.cpp's own list, `CPU : SSE3 = 1 | AVX2 = 1 | …`: features that the loaded build uses. */
export function featuresFromSystemInfo(systemInfo: string): string[] {
  const present = new Set([...systemInfo.matchAll(/(\w+) = 1/g)].map(([, name]) => name ?? ''));
  return namesOf('llama', present);
}

function namesOf(platform: 'linux' | 'mac' | 'llama', present: ReadonlySet<string>): string[] {
  return features
    .filter((feature) => feature[platform].some((word) => present.has(word)))
    .map(({ name }) => name);
}
