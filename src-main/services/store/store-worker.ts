/**
 * The thread that owns the database. It opens the file when it starts, answers one call after the other in the order
 * they were sent, and ends after `close`. Everything that goes wrong leaves it as a problem, never as an exception:
 * a failed write is rolled back, and the thread goes on.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { WritableDatabase } from './database/handles.ts';
import { closeDatabase, openDatabase, truncateLog } from './database/open-database.ts';
import { toStoreProblem } from './database/store-problem.ts';
import { erasers, readers, writers } from './operations.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './worker-protocol.ts';

const { dataDir } = workerData as WorkerOptions;
const port = parentPort;
if (port === null) throw new Error('store-worker runs in a worker thread only');

const send = (message: FromWorker): void => port.postMessage(message);
const problemOf = (error: unknown) => toStoreProblem(error, dataDir).problem;

const db = open();
if (db !== null) port.on('message', (message: ToWorker) => receive(db, message));

function open(): WritableDatabase | null {
  try {
    const opened = openDatabase(dataDir);
    send({ type: 'opened', migrated: opened.migrated });
    return opened.db;
  } catch (error) {
    send({ type: 'refused', problem: problemOf(error) });
    return null;
  }
}

function receive(db: WritableDatabase, message: ToWorker): void {
  switch (message.type) {
    case 'call':
      return call(db, message);
    case 'close':
      return close(db);
    default:
      message satisfies never;
  }
}

function call(db: WritableDatabase, { id, name, args }: Extract<ToWorker, { type: 'call' }>): void {
  const start = performance.now();
  try {
    const result = perform(db, name, args);
    send({ type: 'result', id, result, durationMs: performance.now() - start });
  } catch (error) {
    const durationMs = performance.now() - start;
    send({ type: 'problem', id, problem: problemOf(error), durationMs, detail: String(error) });
  }
}

function perform(db: WritableDatabase, name: string, args: unknown): unknown {
  if (Object.hasOwn(readers, name)) return readers[name as keyof typeof readers](db, args as never);
  const write = writers[name as keyof typeof writers];
  const result = db.transaction(() => write(db, args as never)).immediate();
  if (erasers.has(name)) truncateLog(db);
  return result;
}

function close(db: WritableDatabase): void {
  let problem = null;
  try {
    closeDatabase(db);
  } catch (error) {
    problem = problemOf(error);
  }
  send({ type: 'closed', problem });
  port?.close();
}
