import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  cpuFeatureNames,
  featuresFromLinuxFlags,
  featuresFromSysctl,
  featuresFromSystemInfo,
} from '../../../../src-main/services/hardware/cpu-features.ts';
import { coresFromSiblings, parseCpuInfo } from '../../../../src-main/services/hardware/linux-cpu.ts';
import { parseSysctl } from '../../../../src-main/services/hardware/read-darwin.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures/hardware');

test.each([
  ['epyc-genoa', 'AMD EPYC', 2, ['AVX', 'AVX2', 'FMA', 'F16C', 'AVX-512 F', 'AVX-512 VNNI', 'AVX-512 BF16']],
  [
    // Two packages of two cores with two threads each.
    'sapphire-rapids',
    'Intel(R) Xeon(R) Platinum 8480C',
    4,
    [
      ...['AVX', 'AVX2', 'FMA', 'F16C', 'AVX-VNNI', 'AVX-512 F', 'AVX-512 VNNI', 'AVX-512 BF16'],
      ...['AMX INT8', 'AMX BF16'],
    ],
  ],
  // A virtual machine that hides FMA and F16C: what the real processor could do does not matter.
  ['ryzen-2700x-virtual', 'AMD Ryzen 7 2700X Eight-Core Processor', 8, ['AVX', 'AVX2']],
  ['raspberry-pi-5', 'Raspberry Pi 5 Model B Rev 1.0', null, ['NEON', 'dot product']],
  ['neoverse-v2', null, null, ['NEON', 'dot product', 'i8mm', 'BF16', 'SVE', 'SVE2']],
])('/proc/cpuinfo of %s', (name, model, physicalCores, features) => {
  const cpu = parseCpuInfo(readFileSync(join(fixtures, `${name}.cpuinfo`), 'utf8'));
  expect({ ...cpu, flags: featuresFromLinuxFlags(cpu.flags) }).toEqual({
    model,
    physicalCores,
    flags: features,
  });
});

test('only what every core has counts', () => {
  const cpu = parseCpuInfo(
    'processor: 0\nFeatures: asimd asimddp i8mm\n\nprocessor: 1\nFeatures: asimd asimddp\n',
  );
  expect(featuresFromLinuxFlags(cpu.flags)).toEqual(['NEON', 'dot product']);
});

test.each(['', 'nonsense', ':::\n\n:', 'flags\t:'])('nothing is invented for %j', (text) => {
  const cpu = parseCpuInfo(text);
  expect({ ...cpu, flags: featuresFromLinuxFlags(cpu.flags) }).toEqual({
    model: null,
    physicalCores: null,
    flags: [],
  });
});

test('cores by their sibling lists', () => {
  expect(coresFromSiblings(['0,4\n', '1,5\n', '0,4\n', '1,5\n'])).toBe(2);
  expect(coresFromSiblings([])).toBeNull();
});

test('sysctl of an Apple M4 and of an Intel Mac', () => {
  const appleM4 = parseSysctl(`hw.physicalcpu: 10
hw.optional.neon: 1
hw.optional.AdvSIMD: 1
hw.optional.arm.FEAT_DotProd: 1
hw.optional.arm.FEAT_I8MM: 1
hw.optional.arm.FEAT_BF16: 1
hw.optional.arm.FEAT_SME: 1
hw.optional.arm.FEAT_SME2p1: 0
machdep.cpu.brand_string: Apple M4
`);
  expect(appleM4.get('machdep.cpu.brand_string')).toBe('Apple M4');
  expect(featuresFromSysctl(appleM4)).toEqual(['NEON', 'dot product', 'i8mm', 'BF16', 'SME']);
  const intel = parseSysctl(`machdep.cpu.brand_string: Intel(R) Core(TM) i5-8259U CPU @ 2.30GHz
machdep.cpu.features: FPU VME SSE4.2 AES PCID XSAVE OSXSAVE FMA AVX1.0 RDRAND F16C
machdep.cpu.leaf7_features: RDWRFSGS SMEP BMI2 AVX2 ERMS CLFSOPT
hw.optional.avx2_0: 1
`);
  expect(featuresFromSysctl(intel)).toEqual(['AVX', 'AVX2', 'FMA', 'F16C']);
});

test("llama.cpp's own list", () => {
  const systemInfo = 'CPU : SSE3 = 1 | AVX = 1 | AVX2 = 1 | F16C = 1 | FMA = 1 | AVX512 = 0 | REPACK = 1 | ';
  expect(featuresFromSystemInfo(systemInfo)).toEqual(['AVX', 'AVX2', 'FMA', 'F16C']);
  expect(featuresFromSystemInfo('CPU : NEON = 1 | ARM_FMA = 1 | MATMUL_INT8 = 1 | DOTPROD = 1')).toEqual([
    'NEON',
    'dot product',
    'i8mm',
  ]);
});

test('features come in one order, whatever order the system has', () => {
  const flags = ['amx_bf16', 'sve', 'avx2', 'asimd', 'avx'];
  const names = featuresFromLinuxFlags(flags);
  expect(names).toEqual(cpuFeatureNames.filter((name) => names.includes(name)));
  expect(names).toHaveLength(flags.length);
});
