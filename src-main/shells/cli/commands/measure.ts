import type { DeviceSpeed, MachineSpeed } from '../../../domain/planner/speed/types.ts';
import type { Tuning } from '../../../domain/planner/tuning/words.ts';
import type { Arguments } from '../arguments.ts';
import type { Core } from '../core.ts';
import { formatRows, print, printJson } from '../output.ts';

const GIGA = 1e9;

/** Measures what is not known yet of this computer and of the models named, and says what is known then. */
export async function measureCommand(
  { sources, json }: Arguments,
  { hardware, planner, files }: Core,
  signal: AbortSignal,
): Promise<void> {
  const models = [];
  for (const source of sources) models.push(await files.open(source));
  await planner.measure({ models, signal });
  const snapshot = await hardware.snapshot({ refresh: false });
  const { speed, tuning } = await planner.measured(snapshot);
  const tuned = new Map<string, Tuning>();
  for (const model of models) tuned.set(model.fileName, (await planner.measured(snapshot, model)).tuning);
  await (json ? printJson(report(speed, tuning, tuned)) : print(describe(speed, tuning, tuned)));
}

function report({ devices }: MachineSpeed, usual: Tuning, tuned: ReadonlyMap<string, Tuning>) {
  return {
    devices: devices.map(
      ({ name, backend, computeFlops, secondsPerLayer, isMeasured = false, ...speed }) => ({
        name,
        backend,
        isMeasured,
        bandwidthBytesPerSecond: speed.bandwidthBytesPerSecond * speed.readEfficiency,
        secondsPerLayer,
        prefillFlops: computeFlops,
      }),
    ),
    settings: usual,
    models: [...tuned].map(([file, settings]) => ({ file, ...settings })),
  };
}

function describe({ devices }: MachineSpeed, usual: Tuning, tuned: ReadonlyMap<string, Tuning>): string {
  return formatRows([
    ...devices.map((device) => [device.name, speedInWords(device)] as const),
    ['Settings', settingsInWords(usual)],
    ...[...tuned].map(([file, tuning]) => [file, settingsInWords(tuning)] as const),
  ]);
}

function speedInWords({ bandwidthBytesPerSecond, readEfficiency, computeFlops, isMeasured }: DeviceSpeed) {
  const read = (bandwidthBytesPerSecond * readEfficiency) / GIGA;
  const computed = computeFlops / GIGA;
  const figures = `reads ${read.toFixed(1)} GB/s of weights, computes ${computed.toFixed(0)} GFLOPS of a prompt`;
  return `${figures} (${isMeasured ? 'measured here' : 'modelled'})`;
}

function settingsInWords({ threads, batchSize, flashAttention, basis, trials }: Tuning): string {
  const settings = `threads ${threads}, batch ${batchSize}, flash attention ${flashAttention ? 'on' : 'off'}`;
  switch (basis) {
    case 'model':
      return `${settings} (best of ${trials.length} measured here)`;
    case 'machine':
      return `${settings} (measured here with layers of the usual shape)`;
    case 'unknown':
      return `${settings} (not measured)`;
  }
  return basis satisfies never;
}
