import type { Arguments } from '../arguments.ts';
import type { Core } from '../core.ts';
import { readMachineFile } from '../machine-file.ts';
import { print, printJson } from '../output.ts';
import { describePlan } from '../plan-text.ts';

export async function planCommand(
  { sources, contextSize, wishes, machine: machinePath, beside, json }: Arguments,
  { planTable }: Core,
  signal: AbortSignal,
): Promise<void> {
  const machine = machinePath === undefined ? undefined : await readMachineFile(machinePath);
  const plan = await planTable.table({
    sources,
    wishes: { ...wishes, ...(contextSize !== undefined && { contextSize }) },
    machine,
    beside,
    signal,
  });
  await (json ? printJson(plan) : print(describePlan(plan)));
}
