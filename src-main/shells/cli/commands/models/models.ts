import type { Arguments } from '../../arguments.ts';
import type { Core } from '../../core.ts';
import { downloadCommand } from './download.ts';
import { importCommand } from './import.ts';
import { listCommand } from './list.ts';
import { removeCommand } from './remove.ts';
import { searchCommand } from './search.ts';
import { showCommand } from './show.ts';
import { verifyCommand } from './verify.ts';

export async function modelsCommand(args: Arguments, core: Core, signal: AbortSignal): Promise<void> {
  switch (args.action) {
    case 'list':
      return listCommand(args, core);
    case 'show':
      return showCommand(args, core);
    case 'remove':
      return removeCommand(args, core);
    case 'import':
      return importCommand(args, core, signal);
    case 'search':
      return searchCommand(args, core, signal);
    case 'download':
      return downloadCommand(args, core, signal);
    case 'verify':
      return verifyCommand(args, core, signal);
    case undefined:
      return;
    default:
      args.action satisfies never;
  }
}
