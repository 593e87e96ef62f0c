/**
 * The thread that looks at folders, reads headers and watches for changes, so that none of it is felt in main. It keeps
 * nothing: what is known comes with each call, what is found goes back. It ends when its port is closed.
 */
import { parentPort } from 'node:worker_threads';
import { ProblemError, toProblem } from '../../../contract/problem.ts';
import { modelVerdicts } from '../../../domain/catalogue/verdicts.ts';
import { fileFacts } from '../model-facts.ts';
import { openModelFile } from '../model-file.ts';
import { PlaceWatches } from '../places/place-watches.ts';
import { detailsOf } from './details.ts';
import { look } from './look.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { verdictOf } from './verdict.ts';

const port = parentPort;
if (port === null) throw new Error('library-worker runs in a worker thread only');

const send = (message: FromWorker): void => port.postMessage(message);
const watches = new PlaceWatches(
  (path) => send({ type: 'changed', path }),
  (path, reason) => send({ type: 'unwatched', path, reason }),
);

port.on('message', (message: ToWorker) => void answer(message));

async function answer(call: ToWorker): Promise<void> {
  const { id } = call;
  try {
    send({ type: 'result', id, result: await perform(call) });
  } catch (error) {
    const detail = error instanceof ProblemError ? '' : String(error);
    send({ type: 'problem', id, problem: toProblem(error), detail });
  }
}

async function perform(call: ToWorker): Promise<unknown> {
  switch (call.name) {
    case 'look':
      return look(call.args.place, call.args.known, (found) =>
        send({ type: 'found', id: call.id, ...found }),
      );
    case 'read':
      return fileFacts(await openModelFile(call.args.path));
    case 'details':
      return detailsOf(call.args.path, call.args.adapters);
    case 'verdict':
      return verdictOf(call.args.path, call.args.machine);
    case 'catalogueVerdicts':
      return modelVerdicts(call.args.model, call.args.machine);
    case 'watch':
      await watches.set(call.args.places);
      return null;
    default:
      return call satisfies never;
  }
}
