import type { Handlers } from '../handlers.ts';
import { benchmark } from './benchmark.ts';
import { probeHardware } from './hardware.ts';
import { simulate } from './simulate.ts';

export const probeMethods: Handlers<'hardware' | 'simulate' | 'benchmark'> = {
  hardware: () => probeHardware(),
  simulate,
  benchmark,
};
