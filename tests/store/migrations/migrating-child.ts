/** Opens a database as Nibble does and dies by SIGKILL in front of its n-th statement. */
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { migrations } from '../../../src-main/services/store/migrations/index.ts';
import { migrate } from '../../../src-main/services/store/migrations/migrate.ts';

const [dataDir = '', killAt = ''] = process.argv.slice(2);
let statements = 0;
const verbose = () => {
  statements += 1;
  if (statements === Number(killAt)) process.kill(process.pid, 'SIGKILL');
};
const db = new Database(join(dataDir, 'nibble.db'), { verbose });
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
migrate(db, migrations, { backupsDir: join(dataDir, 'backups'), now: new Date() });
process.stdout.write(String(statements));
