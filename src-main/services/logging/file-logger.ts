import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger as PinoLogger } from 'pino';
import type { LogFacts, Logger } from './logger.ts';

/** One older log is kept, so the two never hold more than about twice this. */
const MAX_LOG_BYTES = 5 * 2 ** 20;

/** Logs to `nibble.log` in `dir`. The library and the file are opened at the first line, not before the first paint. */
export function createFileLogger(dir: string): Logger {
  let opening: Promise<PinoLogger | null> | null = null;
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, facts?: LogFacts) => {
    // A log that cannot be written (full disk, read-only folder) must not become a failure of its own.
    opening ??= open(dir).catch(() => null);
    void opening.then((pino) => pino?.[level](facts ?? {}, message));
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

async function open(dir: string): Promise<PinoLogger> {
  const { pino } = await import('pino');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = join(dir, 'nibble.log');
  const sizeBytes = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  if (sizeBytes > MAX_LOG_BYTES) await rename(file, join(dir, 'nibble.1.log'));
  return pino({ base: null }, pino.destination({ dest: file, append: true, mode: 0o600, sync: true }));
}
