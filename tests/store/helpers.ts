import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { defaultChatSettings } from '../../src-main/contract/defaults.ts';
import type { Chat } from '../../src-main/contract/chats.contract.ts';
import { ProblemError, type Problem } from '../../src-main/contract/problem.ts';
import { Store, type StoreLog } from '../../src-main/services/store/store.ts';

/** An empty folder that lives as long as the test. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'nibble-store-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A store on a real file, closed with the test. */
export function openStore(dataDir = temporaryFolder(), log?: StoreLog): Store {
  const store = new Store(log === undefined ? { dataDir } : { dataDir, log });
  onTestFinished(() => store.close());
  return store;
}

export function createChat(store: Store, now = 1): Promise<Chat> {
  return store.run.createChat({ title: 'New chat', modelId: null, settings: defaultChatSettings, now });
}

/** The problem that a call failed with; fails itself when the call did not. */
export async function problemOf(call: Promise<unknown>): Promise<Problem> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof ProblemError) return error.problem;
  throw new Error('expected a problem', { cause: error });
}

export const modelFacts = {
  path: '/models/a.gguf',
  name: 'A',
  family: 'Llama',
  architecture: 'llama',
  level: 'Q4_K_M',
  parameters: 1_000_000,
  bitsPerWeight: 4.83,
  sizeBytes: 600_000,
  fileCount: 1,
  fileKey: '1:2',
  mtimeMs: 1_700_000_000_000.5,
  trainedContext: 4096,
  hasChatTemplate: true,
  licence: 'mit',
  builtIn: false,
  source: 'folder' as const,
  folder: '/models',
  origin: null,
  now: 1,
};
