import { resolve } from 'node:path';
import { defaultDownloadSettings } from '../../../../contract/defaults.ts';
import type { Problem } from '../../../../contract/problem.ts';
import { defaultModelsDir } from '../../../../services/app-paths.ts';
import { DownloadJob, type Activity } from '../../../../services/downloads/download-job.ts';
import { SpeedLimit } from '../../../../services/downloads/speed-limit.ts';
import type { Arguments } from '../../arguments.ts';
import type { Core } from '../../core.ts';
import { complain, formatBytes, formatTable, print, printJson, showProgress } from '../../output.ts';

const SHOW_EVERY_MS = 500;

/** Fetches a model into the models folder. Interrupted, it goes on where it was when it is asked for again. */
export async function downloadCommand(
  { sources: [source = ''], modelsDir, json }: Arguments,
  { dataDir, network }: Core,
  signal: AbortSignal,
): Promise<void> {
  const folder = resolve(modelsDir ?? defaultModelsDir(dataDir));
  const job = new DownloadJob(
    { source, path: null, found: null, folder },
    {
      egress: () => network.egress(),
      connections: () => defaultDownloadSettings.connections,
      limit: new SpeedLimit(() => null),
      patienceScale: 1,
    },
  );
  const stop = watch(job, !json && process.stderr.isTTY);
  try {
    const { files, repository, level } = await job.run(signal, () => Promise.resolve());
    const paths = files.map(({ path }) => path);
    await (json
      ? printJson({ source, repository, level, files: paths })
      : print(formatTable(paths.map((path) => [path]))));
  } finally {
    stop();
  }
}

/** Shows what a download does in one line that is replaced; a script is told what it waits for, once. */
function watch(job: DownloadJob, isTerminal: boolean): () => void {
  let told = '';
  const timer = setInterval(() => {
    const { activity } = job;
    if (isTerminal) showProgress(line(activity));
    const trouble = activity.problem ? inWords(activity.problem) : told;
    if (isTerminal || trouble === told) return;
    told = trouble;
    complain(`nibble: ${trouble} Nibble tries again by itself.`);
  }, SHOW_EVERY_MS);
  return () => {
    clearInterval(timer);
    if (isTerminal) complain('');
  };
}

const inWords = ({ what, why }: Problem) => `${what} ${why}`;

function line({ state, receivedBytes, totalBytes, bytesPerSecond, problem }: Activity): string {
  const received = receivedBytes.reduce((sum, bytes) => sum + bytes, 0);
  const total = totalBytes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  const of = total > 0 ? ` of ${formatBytes(total)}` : '';
  const speed = bytesPerSecond === null ? '' : `, ${formatBytes(bytesPerSecond)}/s`;
  return `${state}: ${formatBytes(received)}${of}${speed}${problem ? ` (${inWords(problem)})` : ''}`;
}
