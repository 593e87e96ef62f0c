import { open, type FileHandle } from 'node:fs/promises';
import { problemError, ProblemError } from '../../contract/problem.ts';
import type { Patience } from '../../domain/download-plan/patience.ts';
import { asAttempt, demandBytes, endedEarly, type Expectation } from './attempt.ts';
import type { FileAddress } from './file-address.ts';
import { hashFile } from './file-hash.ts';
import { noSpace } from './free-space.ts';
import { partPath } from './part-file.ts';
import type { TransferTools } from './transfer-tools.ts';
import type { Waits } from './waits.ts';

export interface WholeTransferOptions {
  target: string;
  address: FileAddress;
  sha256: string | null;
  expectation: Expectation;
  patience: Patience;
  waits: Waits;
  tools: TransferTools;
  onReceived: (bytes: number, totalBytes: number | null) => void;
}

/** Beginning anew throws away what was there: more often than that is a waste of everybody's. */
const MOST_BEGINNINGS = 5;

/**
 * Fetches a file from a server that knows no ranges: one connection, from the beginning to the end, and from the
 * beginning again after each interruption. Resolves with the open file, whole and of the right checksum.
 */
export async function fetchWhole(
  options: WholeTransferOptions,
  signal: AbortSignal,
): Promise<{ file: FileHandle; digest: string }> {
  const { target, sha256, patience, waits } = options;
  for (let beginnings = 1; ; beginnings++) {
    const file = await open(partPath(target), 'w+');
    try {
      await receive(file, options, signal);
      const digest = await hashFile(partPath(target), { signal });
      if (sha256 === null || digest === sha256) return { file, digest };
      if (beginnings > 1) throw problemError('download.wrongChecksum');
      await file.close();
    } catch (error) {
      await file.close();
      const failed = asAttempt(error);
      if (!failed || signal.aborted) throw error;
      const waitMs = beginnings < MOST_BEGINNINGS ? patience.failed(failed.failure) : null;
      if (waitMs === null) throw new ProblemError(failed.problem);
      options.address.forget();
      await waits.wait(waitMs, failed.problem, signal);
    }
  }
}

async function receive(
  file: FileHandle,
  { target, address, expectation, tools, onReceived }: WholeTransferOptions,
  signal: AbortSignal,
): Promise<void> {
  const judged = await address.ask({ start: 0, last: null }, signal);
  demandBytes(judged, expectation);
  const { verdict, response } = judged;
  const totalBytes = verdict.kind === 'whole' ? verdict.sizeBytes : null;
  let received = 0;
  for await (const chunk of response.chunks()) {
    const bytes = totalBytes === null ? chunk : chunk.subarray(0, totalBytes - received);
    if (bytes.length === 0) break;
    await writeAll(file, bytes, received, target);
    received += bytes.length;
    tools.onBytes(bytes.length);
    onReceived(received, totalBytes);
    await tools.limit.take(bytes.length, signal);
  }
  if (totalBytes !== null && received < totalBytes) throw endedEarly(response.host, received, totalBytes);
  address.learn(received, null);
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number, target: string): Promise<void> {
  try {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ENOSPC' || code === 'EDQUOT' ? await noSpace(target, bytes.length, error) : error;
  }
}
