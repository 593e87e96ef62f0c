/** A process that wants to be the only Nibble of a data folder; says on stdout what became of it, and stays. */
import {
  acquireInstanceLock,
  AlreadyRunningError,
} from '../../../../src-main/services/instance-lock/instance-lock.ts';

const [dataDir = '', url] = process.argv.slice(2);
const say = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`);

try {
  const lock = await acquireInstanceLock(dataDir, { onSecondInstance: () => say({ event: 'asked' }) });
  if (url !== undefined) lock.setUrl(url);
  say({ event: 'holds', pid: process.pid });
  process.stdin.on('data', () => {
    void lock.release().then(() => {
      say({ event: 'released' });
      process.exit(0);
    });
  });
} catch (error) {
  if (!(error instanceof AlreadyRunningError)) throw error;
  say({ event: 'refused', code: error.problem.code, instance: error.instance });
}
