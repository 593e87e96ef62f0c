import type { AskProbe, ProbeOptions, useProbe } from '../../src-main/services/engine-host/probe.ts';
import type { BenchmarkTask, BenchmarkTiming } from '../../src-main/services/engine-host/protocol.ts';

/** Probes whose benchmark takes as long as `time` says; what it throws ends the probe. */
export class FakeBenchmark {
  readonly tasks: BenchmarkTask[] = [];
  readonly limitsMs: (number | undefined)[] = [];
  time: (task: BenchmarkTask) => BenchmarkTiming | Promise<BenchmarkTiming>;

  constructor(time: FakeBenchmark['time'] = usualTiming) {
    this.time = time;
  }

  readonly useProbe: typeof useProbe = (options: ProbeOptions, work) => {
    options.signal?.throwIfAborted();
    this.limitsMs.push(options.timeoutMs);
    const ask: AskProbe = async (method, params) => {
      if (method !== 'benchmark') throw new Error(`nobody answers ${method}`);
      const task = params as BenchmarkTask;
      this.tasks.push(task);
      return await this.time(task);
    };
    return work(ask);
  };
}

/** A processor on which two threads are faster than one and nothing else matters, beside a card that is much faster. */
export function usualTiming({ onGpu, threads, depths, promptTokens }: BenchmarkTask): BenchmarkTiming {
  const share = (onGpu ? 0.01 : 1) * (threads === 2 ? 0.6 : 1);
  return {
    tokenSeconds: depths.map((depth) => 0.01 * share + depth * 1e-6),
    promptSeconds: promptTokens === 0 ? null : promptTokens * 0.002 * share,
  };
}
