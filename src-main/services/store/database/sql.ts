/**
 * The only way to SQLite for queries. `sql` turns every value into a parameter, so no value can become SQL;
 * statements are compiled once per connection.
 */
import type Database from 'better-sqlite3';
import type { ReadableDatabase, WritableDatabase } from './handles.ts';

export type SqlValue = string | number | null;

export interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** `` sql`SELECT … WHERE id = ${id}` ``. Booleans are stored as 0 and 1. */
export function sql(strings: TemplateStringsArray, ...values: (SqlValue | boolean)[]): Sql {
  return {
    text: strings.join('?'),
    values: values.map((value) => (typeof value === 'boolean' ? Number(value) : value)),
  };
}

/** All rows. `Row` names the columns that the statement selects; STRICT tables vouch for their types. */
export function all<Row>(db: ReadableDatabase, query: Sql): Row[] {
  return prepared(db, query).all(...query.values) as Row[];
}

/** The first row, or null. */
export function first<Row>(db: ReadableDatabase, query: Sql): Row | null {
  return (prepared(db, query).get(...query.values) as Row | undefined) ?? null;
}

/** Runs a statement that changes rows; returns how many it changed and the id of the last inserted one. */
export function change(db: WritableDatabase, query: Sql): { changes: number; id: number } {
  const { changes, lastInsertRowid } = prepared(db, query).run(...query.values);
  return { changes, id: Number(lastInsertRowid) };
}

const caches = new WeakMap<Database.Database, Map<string, Database.Statement>>();

function prepared(db: ReadableDatabase, { text }: Sql): Database.Statement {
  let cache = caches.get(db);
  if (cache === undefined) caches.set(db, (cache = new Map<string, Database.Statement>()));
  let statement = cache.get(text);
  if (statement === undefined) cache.set(text, (statement = db.prepare(text)));
  return statement;
}
