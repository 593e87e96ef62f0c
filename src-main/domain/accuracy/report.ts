import type { AccuracyRow, LoadRecord } from '../../contract/accuracy.contract.ts';
import { median } from '../planner/speed/numbers.ts';
import { actualBytes } from './drift.ts';
import { accuracyInWords } from './words.ts';

type Compared = AccuracyRow['devices'][number]['total'];

/** Loads of the same file with the same settings as one row; last loaded first. `records` are newest first. */
export function accuracyRows(records: readonly LoadRecord[]): AccuracyRow[] {
  const groups = Map.groupBy(records, ({ file, sizeBytes, settings }) =>
    JSON.stringify([file, sizeBytes, Object.entries(settings).sort()]),
  );
  return [...groups.values()].flatMap((group) => {
    const [newest] = group;
    return newest ? [rowOf(newest, group)] : [];
  });
}

function rowOf(newest: LoadRecord, group: readonly LoadRecord[]): AccuracyRow {
  const { modelName, file, level, settings, loadedAt: lastLoadedAt } = newest;
  const row = {
    modelName,
    file,
    level,
    settings,
    loads: group.length,
    failures: group.filter(({ failure }) => failure !== null).length,
    lastLoadedAt,
    devices: newest.predicted.devices.flatMap(({ name }) => deviceOf(name, group) ?? []),
    decode: speedOf('decodeTokensPerSecond', group),
    prefill: speedOf('prefillTokensPerSecond', group),
    answers: group.reduce((sum, { speeds }) => sum + speeds.length, 0),
  };
  return { ...row, words: accuracyInWords(row) };
}

/** Null where no load told what it took of the device, and where nothing was expected and taken of it. */
function deviceOf(device: string, group: readonly LoadRecord[]): AccuracyRow['devices'][number] | null {
  const pairs = group.flatMap(({ predicted, actual }) => {
    const expected = predicted.devices.find(({ name }) => name === device);
    const found = actual?.find(({ name }) => name === device);
    return expected && found ? [{ expected, found }] : [];
  });
  if (pairs.length === 0) return null;
  const compare = (of: (pair: (typeof pairs)[number]) => Compared): Compared => ({
    predicted: median(pairs.map((pair) => of(pair).predicted)),
    actual: median(pairs.map((pair) => of(pair).actual)),
  });
  const part = (key: 'weightsBytes' | 'kvCacheBytes' | 'computeBytes') =>
    compare(({ expected, found }) => ({ predicted: expected[key], actual: found[key] }));
  const total = compare(({ expected, found }) => ({
    predicted: expected.totalBytes,
    actual: actualBytes(found),
  }));
  if (total.predicted === 0 && total.actual === 0) return null;
  return {
    name: device,
    total,
    weights: part('weightsBytes'),
    kvCache: part('kvCacheBytes'),
    compute: part('computeBytes'),
  };
}

function speedOf(
  key: 'decodeTokensPerSecond' | 'prefillTokensPerSecond',
  group: readonly LoadRecord[],
): Compared | null {
  const actual = group.flatMap(({ speeds }) => speeds.flatMap((speed) => speed[key] ?? []));
  const predicted = group.flatMap((record) => record.predicted.speed[key] ?? []);
  if (actual.length === 0 || predicted.length === 0) return null;
  return { predicted: median(predicted), actual: median(actual) };
}
