import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineState } from '../../../src-main/contract/engine.contract.ts';
import type { LoadSettings } from '../../../src-main/contract/plan.contract.ts';
import {
  EngineHost,
  type EngineHostOptions,
  type EngineModel,
  type HostStatus,
} from '../../../src-main/services/engine-host/engine-host.ts';
import type { GenerateParams } from '../../../src-main/services/engine-host/protocol.ts';
import { silentLogger } from '../../../src-main/services/logging/logger.ts';

export const fakeEngine = join(import.meta.dirname, 'fake-engine-child.ts');
export const deadAtStart = join(import.meta.dirname, 'dead-at-start-child.ts');
export const builtInModel = join(import.meta.dirname, '../../../resources/models/nibble-tiny-f16.gguf');

export const settings: LoadSettings = {
  gpuLayers: 0,
  contextSize: 2_048,
  flashAttention: false,
  cacheTypeK: 'f16',
  cacheTypeV: 'f16',
  batchSize: 512,
  threads: 2,
};

/** A model of the fake engine: its path is what loading it does. */
export function fakeModel(orders = 'tiny'): EngineModel {
  return { path: orders, identity: `1:${orders}`, name: orders, modelId: null };
}

export function ask(text: string, maxTokens: number | null = null): GenerateParams {
  return {
    messages: [{ role: 'user', text }],
    sampling: { temperature: 0, topK: 40, topP: 0.95, minP: 0.05, repeatPenalty: 1 },
    seed: 1,
    maxTokens,
  };
}

/** A host on a folder of its own that remembers what it went through. */
export class EngineBench {
  readonly stateDir = mkdtempSync(join(tmpdir(), 'nibble-host-'));
  readonly states: EngineState[] = [];
  readonly pids = new Set<number>();
  #hosts: EngineHost[] = [];

  start(options: Partial<EngineHostOptions> = {}): EngineHost {
    const host = new EngineHost({
      stateDir: this.stateDir,
      idleMs: () => 0,
      log: silentLogger,
      childEntry: fakeEngine,
      ...options,
    });
    host.onStatus((status) => {
      if (this.states.at(-1) !== status.state) this.states.push(status.state);
      if (status.pid !== null) this.pids.add(status.pid);
    });
    this.#hosts.push(host);
    return host;
  }

  async end(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.dispose()));
    rmSync(this.stateDir, { recursive: true, force: true });
  }
}

/** Resolves with the first status, now or later, that `matches`. */
export function untilStatus(host: EngineHost, matches: (status: HostStatus) => boolean): Promise<HostStatus> {
  if (matches(host.status)) return Promise.resolve(host.status);
  return new Promise((resolve) => {
    const stop = host.onStatus((status) => {
      if (!matches(status)) return;
      stop();
      resolve(status);
    });
  });
}

/** The engine's process id. Never 0: a signal to that would reach the test itself. */
export function enginePid(host: EngineHost): number {
  const { pid } = host.status;
  if (pid === null) throw new Error('there is no engine process');
  return pid;
}

/** Whether a process of this id exists. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // ESRCH
  }
}

/** Children that this process still holds; 0 when nothing leaked. */
export function openChildren(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
}
