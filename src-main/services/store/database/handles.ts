import type Database from 'better-sqlite3';

declare const readable: unique symbol;
declare const writable: unique symbol;

/** A connection through which a query may only read. The brand keeps a reader from calling `change`. */
export type ReadableDatabase = Database.Database & { readonly [readable]: true };

/** A connection inside a write transaction. */
export type WritableDatabase = ReadableDatabase & { readonly [writable]: true };
