import { ProblemError, type Problem } from '../../../src-main/contract/problem.ts';
import { readGgufHeader } from '../../../src-main/domain/gguf/read-header.ts';
import { summarizeModel } from '../../../src-main/domain/gguf/summary.ts';
import { MemorySource } from '../../helpers/gguf-bytes.ts';

/** What the strict reader says of a file: null if it passes. Anything but a `ProblemError` is a defect and is thrown. */
export async function verdictOn(bytes: Uint8Array, name = 'damaged.gguf'): Promise<Problem | null> {
  try {
    summarizeModel(await readGgufHeader(new MemorySource(bytes, name)), name);
    return null;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}
