import { setTimeout as sleep } from 'node:timers/promises';

/** Enough for one failed load. */
const KEPT_LINES = 20;
/** The library hands its log over by way of the event loop, and the failure itself may be quicker. */
const LAST_LINES_MS = 20;

let errors: string[] = [];

/** Passes the library's log on to this process's own, and keeps its errors. */
export function logLine(level: string, message: string): void {
  const line = message.trimEnd();
  process.stderr.write(`llama.cpp ${level}: ${line}\n`);
  if (level === 'error' || level === 'fatal') errors = [...errors, line].slice(-KEPT_LINES);
}

export function forgetErrors(): void {
  errors = [];
}

/** What went wrong since `forgetErrors`, oldest first. The library throws one sentence for everything; the reason is only here. */
export async function loggedErrors(): Promise<readonly string[]> {
  await sleep(LAST_LINES_MS);
  return errors;
}
