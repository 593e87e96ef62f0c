import { resolve } from 'node:path';
import { defaultDownloadSettings } from '../../../../contract/defaults.ts';
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
  const shows = !json && process.stderr.isTTY;
  const timer = setInterval(() => {
    if (shows) showProgress(line(job.activity));
  }, SHOW_EVERY_MS);
  try {
    const { files, repository, level } = await job.run(signal, () => Promise.resolve());
    const paths = files.map(({ path }) => path);
    await (json
      ? printJson({ source, repository, level, files: paths })
      : print(formatTable(paths.map((path) => [path]))));
  } finally {
    clearInterval(timer);
    if (shows) complain('');
  }
}

function line({ state, receivedBytes, totalBytes, bytesPerSecond, problem }: Activity): string {
  const received = receivedBytes.reduce((sum, bytes) => sum + bytes, 0);
  const total = totalBytes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  const of = total > 0 ? ` of ${formatBytes(total)}` : '';
  const speed = bytesPerSecond === null ? '' : `, ${formatBytes(bytesPerSecond)}/s`;
  return `${state}: ${formatBytes(received)}${of}${speed}${problem ? ` (${problem.what} ${problem.why})` : ''}`;
}
