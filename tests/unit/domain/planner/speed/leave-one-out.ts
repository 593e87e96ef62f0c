import { backendConstants, seriesConstants } from '../../../../../src-main/domain/planner/speed/backends.ts';
import { decodeSpeed } from '../../../../../src-main/domain/planner/speed/decode.ts';
import { median } from '../../../../../src-main/domain/planner/speed/numbers.ts';
import type { DeviceShare, MachineSpeed } from '../../../../../src-main/domain/planner/speed/types.ts';
import type { PublishedRow } from './published/row.ts';

/** The two constants of a GPU. */
interface Constants {
  readEfficiency: number;
  secondsPerLayer: number;
}

export interface LeftOut {
  set: string;
  fit: Constants;
  /** Of rows that the fit has not seen. */
  medianError: number;
  rows: number;
}

const steps = (from: number, to: number, step: number) =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => from + index * step);
const candidates: Constants[] = steps(0.6, 1, 0.02).flatMap((readEfficiency) =>
  steps(20e-6, 150e-6, 5e-6).map((secondsPerLayer) => ({ readEfficiency, secondsPerLayer })),
);

function withConstants(machine: MachineSpeed, constants: Constants): MachineSpeed {
  const { readEfficiency, secondsPerLayer } = constants;
  return {
    ...machine,
    devices: machine.devices.map((device) =>
      device.backend === 'cpu' ? device : { ...device, readEfficiency, secondsPerLayer },
    ),
  };
}

function logErrors(rows: readonly PublishedRow[], constants: Constants): number[] {
  return rows.map(({ machine, input, depth, tokensPerSecond }) =>
    Math.log(decodeSpeed(withConstants(machine, constants), input, depth).tokensPerSecond / tokensPerSecond),
  );
}

function meanSquare(rows: readonly PublishedRow[], constants: Constants): number {
  return logErrors(rows, constants).reduce((sum, error) => sum + error ** 2, 0) / rows.length;
}

function medianError(rows: readonly PublishedRow[], constants: Constants): number {
  return median(logErrors(rows, constants).map((error) => Math.abs(Math.exp(error) - 1)));
}

const deviceOf = (row: PublishedRow): string => row.machine.devices[0]?.name ?? '';
const hasSeries = (row: PublishedRow): boolean =>
  seriesConstants.some(([pattern]) => pattern.test(deviceOf(row)));

function isOnOneGpu({ input }: PublishedRow): boolean {
  const isIdle = ({ reads }: DeviceShare) => reads.every(({ bytes }) => bytes === 0);
  return input.crossings === 0 && input.shares.every((share) => share.device === 0 || isIdle(share));
}

/**
 * For each device of no series with constants of its own: both constants fitted (least squares of the logarithm) to the rows of all other devices of its kind, then its own rows predicted from its published bandwidth.
 * Costs of unpacking and of the cache stay as they are, and devices of a series are left to `withoutSeries`. Least absolute medians instead of least
 * squares end in fits to one row (median over devices 15.8 %, not 10.4 %).
 * A device counts once however many rows it has, so that none decides for the others.
 */
export function leaveOneOut(rows: readonly PublishedRow[]): LeftOut[] {
  const kindOf = (row: PublishedRow) => (row.machine.devices[0]?.backend === 'metal' ? 'metal' : 'card');
  // The split between two devices has constants of its own as well.
  const onGpu = rows.filter((row) => !hasSeries(row) && isOnOneGpu(row));
  const byDevice = Map.groupBy(onGpu, deviceOf);
  return [...byDevice].map(([set, own]) => {
    const first = own[0];
    const others = [...byDevice].flatMap(([name, theirs]) =>
      name !== set && first && theirs[0] && kindOf(theirs[0]) === kindOf(first) ? [theirs] : [],
    );
    const cost = (constants: Constants) =>
      others.reduce((sum, theirs) => sum + meanSquare(theirs, constants), 0);
    const fit = candidates.reduce((best, candidate) => (cost(candidate) < cost(best) ? candidate : best));
    return { set, fit, medianError: medianError(own, fit), rows: own.length };
  });
}

/** Devices of a series with constants of its own, predicted without these: what the first of an unknown series gets. */
export function withoutSeries(
  rows: readonly PublishedRow[],
): Pick<LeftOut, 'set' | 'medianError' | 'rows'>[] {
  const ofSeries = Map.groupBy(
    rows.filter((row) => hasSeries(row) && isOnOneGpu(row)),
    deviceOf,
  );
  return [...ofSeries].map(([set, own]) => {
    const constants = backendConstants[own[0]?.machine.devices[0]?.backend ?? 'cuda'];
    return { set, medianError: medianError(own, constants), rows: own.length };
  });
}
