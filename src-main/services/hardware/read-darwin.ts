import { execFile } from 'node:child_process';
import { totalmem } from 'node:os';
import { promisify } from 'node:util';
import { featuresFromSysctl } from './cpu-features.ts';
import type { Memory } from './linux-memory.ts';
import type { MachineFacts } from './machine-facts.ts';
import { readPower } from './read-power.ts';

const run = promisify(execFile);
const COMMAND_TIMEOUT_MS = 5000;

export async function readDarwin(): Promise<MachineFacts> {
  const problems: string[] = [];
  const output = async (command: string, args: string[], what: string) => {
    try {
      return (await run(command, args, { timeout: COMMAND_TIMEOUT_MS })).stdout;
    } catch {
      problems.push(`${what} could not be read: ${command} failed.`);
      return null;
    }
  };
  const [version, sysctl, vmStat, power] = await Promise.all([
    output('/usr/bin/sw_vers', ['-productVersion'], 'The version of macOS'),
    output('/usr/sbin/sysctl', ['hw', 'machdep.cpu'], 'The processor'),
    output('/usr/bin/vm_stat', [], 'The free memory'),
    readPower(),
  ]);
  const values = parseSysctl(sysctl ?? '');
  return {
    osName: version === null ? null : `macOS ${version.trim()}`,
    cpuModel: values.get('machdep.cpu.brand_string') ?? null,
    physicalCores: Number(values.get('hw.physicalcpu')) || null,
    features: sysctl === null ? null : featuresFromSysctl(values),
    memory: vmStat === null ? null : parseVmStat(vmStat, totalmem()),
    power,
    problems,
  };
}

export function parseSysctl(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([\w.]+)\s*[:=]\s*(.*)$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) values.set(match[1], match[2].trim());
  }
  return values;
}

/** Pages that are free, or that macOS gives up without writing anything to disk. */
export function parseVmStat(text: string, totalBytes: number): Memory | null {
  const pageBytes = Number(/page size of (\d+) bytes/.exec(text)?.[1]);
  const pages = (name: string) => Number(new RegExp(`^Pages ${name}:\\s+(\\d+)\\.`, 'm').exec(text)?.[1]);
  const availableBytes =
    pageBytes * (pages('free') + pages('inactive') + pages('speculative') + pages('purgeable'));
  if (!Number.isFinite(availableBytes)) return null;
  return { totalBytes, availableBytes: Math.min(availableBytes, totalBytes) };
}
