import { migration0010 } from './0010-models.ts';
import { migration0020 } from './0020-chats.ts';
import { migration0030 } from './0030-message-search.ts';
import { migration0040 } from './0040-settings.ts';
import { migration0050 } from './0050-accuracy.ts';
import { migration0060 } from './0060-downloads.ts';
import { migration0070 } from './0070-library.ts';
import type { Migration } from './migrate.ts';

/** In order. A migration that was released is never edited; a change of the schema is a new one. */
export const migrations: readonly Migration[] = [
  migration0010,
  migration0020,
  migration0030,
  migration0040,
  migration0050,
  migration0060,
  migration0070,
];

export const latestVersion = Math.max(...migrations.map(({ version }) => version));
