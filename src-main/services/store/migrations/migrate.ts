import type Database from 'better-sqlite3';
import { backUp } from './backup.ts';

export interface Migration {
  /** In tens, so that a forgotten step still finds a place; stored as `user_version`. */
  readonly version: number;
  readonly up: (db: Database.Database) => void;
}

export interface MigrationReport {
  from: number;
  to: number;
  /** Null when there was nothing to back up. */
  backup: string | null;
}

/** Applies all pending migrations in one transaction: after a kill the file has the old schema or the new one. */
export function migrate(
  db: Database.Database,
  migrations: readonly Migration[],
  { backupsDir, now }: { backupsDir: string; now: Date },
): MigrationReport | null {
  const from = db.pragma('user_version', { simple: true }) as number;
  const pending = migrations.filter(({ version }) => version > from);
  const to = pending.at(-1)?.version;
  if (to === undefined) return null;
  const backup = from === 0 ? null : backUp(db, { backupsDir, version: from, now });
  const apply = db.transaction(() => {
    for (const { up } of pending) up(db);
    db.pragma(`user_version = ${String(to)}`);
  });
  apply.immediate();
  return { from, to, backup };
}
