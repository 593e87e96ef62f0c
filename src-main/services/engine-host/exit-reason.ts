import { constants } from 'node:os';

export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The newest lines of stderr, oldest first. */
  stderr: readonly string[];
  /** The kernel has just ended a process for lack of memory. */
  oomKilled?: boolean;
}

/** Why a process ended, for a person; `detail` is for the log. */
export interface ExitReason {
  /** A sentence without its full stop. */
  reason: string;
  outOfMemory: boolean;
  deviceLost: boolean;
  /** With which it ended, also where that is told by an exit code. */
  signal: NodeJS.Signals | null;
  /** Lines of stderr that name the culprit, e.g. ggml's failed assertion. */
  detail: string[];
}

const signalReasons: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: 'The operating system or another program ended it, often because memory ran out (SIGKILL)',
  SIGSEGV: 'A defect in native code made it touch memory that is not its own (SIGSEGV)',
  SIGABRT: 'Native code met an error from which it cannot recover (SIGABRT)',
  SIGILL: 'It met an instruction that this processor does not know (SIGILL)',
  SIGBUS:
    'A part of the model file could not be read any more: the file was changed or its disk is gone (SIGBUS)',
  // Chromium's allocator refuses more than 2 GiB at once with a trap: electron#44291.
  SIGTRAP: 'One piece of memory was larger than the allocator allows (SIGTRAP, exit code 133)',
  SIGFPE: 'Native code made an impossible calculation (SIGFPE)',
  SIGTERM: 'Another program asked it to end (SIGTERM)',
  SIGINT: 'It was interrupted from the keyboard (SIGINT)',
  SIGHUP: 'The session it belonged to was closed (SIGHUP)',
};

/** NTSTATUS values with which Windows ends a process, as the signal that means the same elsewhere. */
const windowsSignals = new Map<number, NodeJS.Signals>([
  [0xc0000005, 'SIGSEGV'],
  [0xc00000fd, 'SIGSEGV'],
  [0xc0000374, 'SIGSEGV'],
  [0xc0000006, 'SIGBUS'],
  [0xc000001d, 'SIGILL'],
  [0xc0000409, 'SIGABRT'],
  [0x80000003, 'SIGTRAP'],
]);

/** STATUS_NO_MEMORY and STATUS_COMMITMENT_LIMIT. */
const windowsOutOfMemory = new Set([0xc0000017, 0xc000012d]);

const outOfMemoryHint =
  /bad_alloc|failed to allocate|unable to allocate|out of memory|cannot allocate memory|ErrorOutOf(?:Device|Host)Memory|insufficient memory/i;
const deviceLostHint = /device ?lost|CUDA error|GPU hang/i;
const culpritHint = /GGML_ASSERT|GGML_ABORT|terminate called|what\(\):|fatal error|^(?:\w*Error): /i;

export function describeExit({ code, signal: given, stderr, oomKilled = false }: ProcessEnd): ExitReason {
  const signal = given ?? signalOfCode(code);
  const outOfMemory =
    stderr.some((line) => outOfMemoryHint.test(line)) ||
    windowsOutOfMemory.has(code ?? 0) ||
    (oomKilled && signal === 'SIGKILL');
  const detail = stderr.filter((line) => culpritHint.test(line) || outOfMemoryHint.test(line));
  const deviceLost = stderr.some((line) => deviceLostHint.test(line));
  const name = signal ?? (code === null ? 'unknown' : `exit code ${code}`);
  const facts = { outOfMemory, deviceLost, signal, detail };
  if (outOfMemory) return { reason: `Memory ran out (${name})`, ...facts };
  if (deviceLost) {
    return { reason: `The graphics card or its driver stopped working (${name})`, ...facts };
  }
  if (signal !== null) {
    return { reason: signalReasons[signal] ?? `It was ended by the signal ${signal}`, ...facts };
  }
  const reason =
    code === 0 ? 'It ended by itself although there was work left' : `It ended with an error (${name})`;
  return { reason, ...facts };
}

/** Shells and sandboxes report a signal as 128 + its number; Windows has codes of its own. */
function signalOfCode(code: number | null): NodeJS.Signals | null {
  if (code === null) return null;
  const windows = windowsSignals.get(code);
  if (windows !== undefined) return windows;
  const match = Object.entries(constants.signals).find(([, number]) => number === code - 128);
  return match === undefined ? null : (match[0] as NodeJS.Signals);
}
