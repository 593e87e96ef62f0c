import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseHeartbeat } from '../../../../src-main/services/engine-host/heartbeat.ts';

it('reads a beat, with the count of page faults where it is given', () => {
  const beat = { mainTicks: 4, progress: 2, cpuMs: 30 };
  expect(parseHeartbeat(JSON.stringify(beat))).toEqual(beat);
  expect(parseHeartbeat(JSON.stringify({ ...beat, majorFaults: 7, other: 1 }))).toEqual({
    ...beat,
    majorFaults: 7,
  });
});

it('takes anything else for no beat', () => {
  expect(
    ['{', 'null', '1', '{"mainTicks":1}', '{"mainTicks":"1","progress":1,"cpuMs":1}'].map(parseHeartbeat),
  ).toEqual(Array(5).fill(null));
  fc.assert(fc.property(fc.string(), (text) => parseHeartbeat(text) === null));
});
