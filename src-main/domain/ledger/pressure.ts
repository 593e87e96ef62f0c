import { sizeInWords } from '../../base/size-in-words.ts';
import type { MemoryWarning } from '../../contract/hardware.contract.ts';
import type { MemoryState, ProcessState } from './types.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** Below this share of all memory the next program may make the machine swap. */
const TIGHT_SHARE = 0.05;
const TIGHT_LEAST_BYTES = 512 * MIB;
const TIGHT_MOST_BYTES = 2 * GIB;
/** More of an engine on disk than the few pages that nothing ever touches. */
const SWAPPED_BYTES = 64 * MIB;
/** The kernel's own figure: processes wait for memory a tenth of the time. */
const STALLED_SHARE = 0.1;

/** What to tell before, and when, main memory runs out; null while there is enough. */
export function memoryWarning(memory: MemoryState, engine: ProcessState | null): MemoryWarning | null {
  const free = sizeInWords(memory.availableBytes);
  const isStalled = (memory.pressure ?? 0) >= STALLED_SHARE;
  if ((engine?.swappedBytes ?? 0) > SWAPPED_BYTES || isStalled) {
    return {
      level: 'swapping',
      words: `The computer is out of memory (${free} free) and moves some of it to disk: answers become very slow. Close other programs, or take a smaller model.`,
    };
  }
  const limit = Math.min(TIGHT_MOST_BYTES, Math.max(TIGHT_LEAST_BYTES, memory.totalBytes * TIGHT_SHARE));
  if (memory.availableBytes >= limit) return null;
  return {
    level: 'tight',
    words: `Only ${free} of main memory are free. Before the computer starts to move memory to disk, close other programs or take a smaller model.`,
  };
}
