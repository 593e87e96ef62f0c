/** Processor time of a table of 30 levels from headers in memory: what every move of a slider costs. */
import { planTable } from '../../src-main/domain/planner/table/plan-table.ts';
import type { TableModel } from '../../src-main/domain/planner/table/types.ts';
import { tableMachine, tableOf, type MachineOptions } from '../unit/domain/planner/table/tables.ts';
import { printFigures, spread } from './measure.ts';

const VARIANTS = 30;
const RUNS = 15;

const machines: Record<string, MachineOptions> = {
  'card of 8 GiB': { ramGib: 32, vramGib: 8 },
  'card of 24 GiB': { ramGib: 64, vramGib: 24 },
  'no GPU': { ramGib: 16 },
  'too little memory': { ramGib: 3, vramGib: 1 },
};

for (const name of ['Llama-3.1-8B', 'Llama-3.1-70B', 'Qwen3-30B-A3B', 'Gemma-3-4B', 'DeepSeek-V2-Lite']) {
  const levels = tableOf(name);
  // Files of their own: what is kept of one header is not taken for another's.
  const models = Array.from({ length: VARIANTS }, (_, index) => levels[index % levels.length]).flatMap(
    (model): TableModel[] => (model ? [{ ...model, header: { ...model.header } }] : []),
  );
  const rows = Object.entries(machines).map(([machine, options]) => {
    const times = Array.from({ length: RUNS }, () => {
      const before = process.cpuUsage();
      planTable(models, tableMachine(options), {});
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    const [first = 0, ...others] = times;
    return [machine, `${spread(others, 0, ' ms')}, the first time ${first.toFixed(0)} ms`] as const;
  });
  printFigures(`${VARIANTS} levels of ${name}`, rows);
}
