import type { Hardware } from '../../../contract/hardware.contract.ts';
import type { Arguments } from '../arguments.ts';
import type { Core } from '../core.ts';
import { formatBytes, formatRows, print, printJson } from '../output.ts';

export async function hardwareCommand({ json }: Arguments, { hardware }: Core): Promise<void> {
  const snapshot = await hardware.snapshot({ refresh: true });
  await (json ? printJson(snapshot) : print(describe(snapshot)));
}

function describe({ os, cpu, memory, gpus, power, problems }: Hardware): string {
  const cores = `${cpu.physicalCores ?? 'unknown'} physical, ${cpu.logicalCores} logical`;
  const charge = power.batteryPercent === null ? '' : `, ${power.batteryPercent} %`;
  return formatRows([
    ['System', `${os.name} (${os.arch})`],
    ['Processor', cpu.model ?? 'unknown'],
    ['Cores', cores],
    ['Features', cpu.features.join(' ') || 'none that matter here'],
    ['Engine build', cpu.ggmlVariant ?? 'unknown'],
    ['Memory', `${formatBytes(memory.totalBytes)}, ${formatBytes(memory.availableBytes)} available`],
    ...gpus.map(
      ({ name, backend, totalBytes, freeBytes, unified }) =>
        [
          'GPU',
          `${name} (${backend}): ${formatBytes(totalBytes)}${unified ? ' shared' : ''}, ${formatBytes(freeBytes)} free`,
        ] as const,
    ),
    ...(gpus.length === 0 ? [['GPU', 'none that the engine can use'] as const] : []),
    ['Power', `${power.source}${charge}`],
    ...problems.map((problem) => ['Note', problem] as const),
  ]);
}
