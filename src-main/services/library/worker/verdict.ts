import type { Verdict } from '../../../contract/models.contract.ts';
import { planTable } from '../../../domain/planner/table/plan-table.ts';
import type { TableMachine } from '../../../domain/planner/table/types.ts';
import { openModelFile } from '../model-file.ts';

/** What the planner says of a file by its header and by figures alone, in short. */
export async function verdictOf(path: string, machine: TableMachine): Promise<Omit<Verdict, 'modelId'>> {
  const { fileName: file, sizeBytes, header, summary } = await openModelFile(path);
  const { variants } = planTable([{ file, sizeBytes, header, summary, uploader: null }], machine, {});
  const [variant] = variants;
  return {
    fits: variant?.fits ?? 'no',
    contextSize: variant?.contextSize ?? 0,
    memoryBytes: variant?.memory.devices.reduce((sum, { totalBytes }) => sum + totalBytes, 0) ?? 0,
    tokensPerSecond: variant?.speed.decodeTokensPerSecond ?? null,
  };
}
