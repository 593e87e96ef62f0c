import { toProblem } from '../../contract/problem.ts';
import { programVersion } from '../../services/app-paths.ts';
import { silentLogger } from '../../services/logging/logger.ts';
import { parseArguments, type Arguments } from './arguments.ts';
import { chatCommand } from './commands/chat.ts';
import { hardwareCommand } from './commands/hardware.ts';
import { measureCommand } from './commands/measure.ts';
import { modelsCommand } from './commands/models/models.ts';
import { planCommand } from './commands/plan.ts';
import { createCore } from './core.ts';
import { complain, print } from './output.ts';
import { usage, UsageError } from './usage.ts';

/** What a shell reports for a program that Ctrl-C ended: 128 + SIGINT. */
const EXIT_INTERRUPTED = 130;

async function run(args: Arguments, signal: AbortSignal): Promise<void> {
  const log = process.env['NIBBLE_DEBUG'] === undefined ? silentLogger : stderrLogger();
  const core = createCore(args.dataDir, log);
  switch (args.command) {
    case 'hardware':
      return hardwareCommand(args, core);
    case 'measure':
      return measureCommand(args, core, signal);
    case 'plan':
      return planCommand(args, core, signal);
    case 'models':
      return modelsCommand(args, core, signal);
    case 'chat':
      return chatCommand(args, core, log, signal);
    default:
      args.command satisfies never;
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort());
  try {
    const args = parseArguments(argv);
    if (args === 'help') await print(usage);
    else if (args === 'version') await print(`${await programVersion()}\n`);
    else await run(args, interrupt.signal);
    return interrupt.signal.aborted ? EXIT_INTERRUPTED : 0;
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT_INTERRUPTED;
    if (error instanceof UsageError) {
      complain(`nibble: ${error.message}\n\n${usage}`);
      return 2;
    }
    const { code, what, why, todo } = toProblem(error);
    complain(`nibble: ${what} ${why} ${todo}`);
    if (code === 'internal') complain(String(error));
    return 1;
  }
}

function stderrLogger() {
  const write = (message: string, facts?: object) => complain(`${message} ${JSON.stringify(facts ?? {})}`);
  return { debug: write, info: write, warn: write, error: write };
}

process.exitCode = await main(process.argv.slice(2));
