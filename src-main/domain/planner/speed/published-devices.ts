/** What vendors publish of a device: memory bandwidth in GB/s (10^9) and FP32 peak in TFLOPS. */
export interface PublishedDevice {
  bandwidthGbs: number;
  peakTflops: number;
}

type Row = readonly [name: string, bandwidthGbs: number, peakTflops: number];

/**
 * Specification pages of NVIDIA (geforce.com, data-center data sheets), AMD, Intel and Apple (technical specifications; FP32 as measured
 * by others where Apple gives none). Names in small letters, as they occur inside the name a driver reports.
 */
const nvidia: readonly Row[] = [
  ['rtx 5090', 1792, 104.8],
  ['rtx 5080', 960, 56.3],
  ['rtx 5070 ti', 896, 43.9],
  ['rtx 5070', 672, 30.9],
  ['rtx 5060 ti', 448, 23.7],
  ['rtx 5060', 448, 19.2],
  ['rtx 4090', 1008, 82.6],
  ['rtx 4090 laptop', 576, 33],
  ['rtx 4080 super', 736, 52.2],
  ['rtx 4080', 716.8, 48.7],
  ['rtx 4080 laptop', 432, 24.7],
  ['rtx 4070 ti super', 672, 44.1],
  ['rtx 4070 ti', 504, 40.1],
  ['rtx 4070 super', 504, 35.5],
  ['rtx 4070', 504, 29.1],
  ['rtx 4070 laptop', 256, 15.6],
  ['rtx 4060 ti', 288, 22.1],
  ['rtx 4060', 272, 15.1],
  ['rtx 4060 laptop', 256, 11.6],
  ['rtx 4050 laptop', 192, 9],
  ['rtx 3090 ti', 1008, 40],
  ['rtx 3090', 936, 35.6],
  ['rtx 3080 ti', 912, 34.1],
  ['rtx 3080', 760, 29.8],
  ['rtx 3080 laptop', 448, 19],
  ['rtx 3070 ti', 608, 21.7],
  ['rtx 3070', 448, 20.3],
  ['rtx 3070 laptop', 448, 16.6],
  ['rtx 3060 ti', 448, 16.2],
  ['rtx 3060', 360, 12.7],
  ['rtx 3060 laptop', 336, 10.9],
  ['rtx 3050', 224, 9.1],
  ['rtx 3050 laptop', 192, 5.5],
  ['rtx 2080 ti', 616, 13.4],
  ['rtx 2080 super', 496, 11.2],
  ['rtx 2080', 448, 10.1],
  ['rtx 2070 super', 448, 9.1],
  ['rtx 2070', 448, 7.5],
  ['rtx 2060', 336, 6.5],
  ['gtx 1660 ti', 288, 5.4],
  ['gtx 1660', 192, 5],
  ['gtx 1650', 128, 3],
  ['gtx 1080 ti', 484, 11.3],
  ['gtx 1080', 320, 8.9],
  ['gtx 1070', 256, 6.5],
  ['gtx 1060', 192, 4.4],
  ['rtx a6000', 768, 38.7],
  ['rtx 6000 ada', 960, 91.1],
  ['tesla p40', 346, 11.8],
  ['tesla t4', 320, 8.1],
  ['v100', 900, 15.7],
  ['a100', 1555, 19.5],
  ['a100-sxm4-80gb', 2039, 19.5],
  ['l40s', 864, 91.6],
  ['l4', 300, 30.3],
  ['h100', 3350, 67],
  ['h100 pcie', 2000, 51],
  ['h200', 4800, 67],
];

const amdAndIntel: readonly Row[] = [
  ['rx 9070 xt', 644.6, 48.7],
  ['rx 9070', 644.6, 36.1],
  ['rx 9060 xt', 320, 25.6],
  ['rx 7900 xtx', 960, 61.4],
  ['rx 7900 xt', 800, 51.5],
  ['rx 7900 gre', 576, 46],
  ['rx 7800 xt', 624, 37.3],
  ['rx 7700 xt', 432, 35.2],
  ['rx 7600', 288, 21.8],
  ['rx 6900 xt', 512, 23],
  ['rx 6800 xt', 512, 20.7],
  ['rx 6800', 512, 16.2],
  ['rx 6700 xt', 384, 13.2],
  ['rx 6600', 224, 8.9],
  ['radeon 8060s', 256, 29.7],
  ['radeon 890m', 120, 5.9],
  ['radeon 780m', 89.6, 4.1],
  ['arc b580', 456, 13.7],
  ['arc b570', 380, 11.5],
  ['arc a770', 560, 19.7],
  ['arc a750', 512, 17.2],
  ['arc a380', 186, 4.2],
];

const apple: readonly Row[] = [
  ['apple m1', 68.25, 2.6],
  ['apple m1 pro', 200, 5.2],
  ['apple m1 max', 400, 10.4],
  ['apple m1 ultra', 800, 20.8],
  ['apple m2', 100, 3.6],
  ['apple m2 pro', 200, 6.8],
  ['apple m2 max', 400, 13.6],
  ['apple m2 ultra', 800, 27.2],
  ['apple m3', 100, 3.5],
  ['apple m3 pro', 150, 7.4],
  ['apple m3 max', 400, 14.2],
  ['apple m3 ultra', 819, 28.4],
  ['apple m4', 120, 4.3],
  ['apple m4 pro', 273, 9.2],
  ['apple m4 max', 546, 18.4],
  ['apple m5', 153, 4.6],
];

const byWords = [...nvidia, ...amdAndIntel, ...apple].map(([name, bandwidthGbs, peakTflops]) => ({
  words: name.split(/[ -]/),
  device: { bandwidthGbs, peakTflops },
}));

/** The entry whose words all occur in the name, with the most words: `NVIDIA GeForce RTX 4070 Ti` is not an RTX 4070. Null for an unknown device. */
export function publishedDevice(name: string): PublishedDevice | null {
  const words = new Set(
    name
      .toLowerCase()
      .replace(/[()]/g, ' ')
      .split(/[\s-]+/),
  );
  const matches = byWords.filter((entry) => entry.words.every((word) => words.has(word)));
  const best = matches.toSorted((a, b) => b.words.length - a.words.length)[0];
  return best ? best.device : null;
}
