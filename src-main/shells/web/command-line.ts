import { parseArgs } from 'node:util';

export interface WebShellFlags {
  /** 0 takes any free port. */
  port: number;
  open: boolean;
  dataDir: string | undefined;
  modelsDir: string | undefined;
}

export const webShellUsage =
  'Usage: npm start -- --web [--port N] [--no-open] [--data-dir DIR] [--models-dir DIR]\n' +
  '  --port N           listen on this port; 0, the usual, takes any free one\n' +
  '  --no-open          print the link without opening a browser\n' +
  '  --data-dir DIR     keep chats and settings here\n' +
  '  --models-dir DIR   look for models here';

/** What is wrong with the command line, in one sentence. */
export class UsageError extends Error {}

export function parseWebShellFlags(args: string[]): WebShellFlags {
  const values = parse(args);
  return {
    port: parsePort(values.port),
    open: !values['no-open'],
    dataDir: values['data-dir'],
    modelsDir: values['models-dir'],
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string', default: '0' },
        'no-open': { type: 'boolean', default: false },
        'data-dir': { type: 'string' },
        'models-dir': { type: 'string' },
      },
    }).values;
  } catch (error) {
    // Node explains at length how `--` could be used; the first sentence says what is wrong.
    throw new UsageError((error as Error).message.split('. ', 1)[0], { cause: error });
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--port needs a number from 0 to 65535, not "${text}"`);
}
