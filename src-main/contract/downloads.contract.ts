import { z } from 'zod';
import { procedure } from './base-contract.ts';
import { problemSchema } from './problem.ts';

const bytes = z.number().int().nonnegative();
const downloadId = z.object({ downloadId: z.number().int() });

/**
 * queued: others come first. checking: asking what there is, and whether it fits on the disk. waiting: it tries again
 * by itself at `retryAt`. verifying: everything is here, its checksum is being compared. Of those, `paused`, `failed`
 * and `cancelled` go on with `resume`.
 */
export const downloadStates = [
  'queued',
  'checking',
  'downloading',
  'paused',
  'waiting',
  'verifying',
  'done',
  'failed',
  'cancelled',
] as const;
export const downloadStateSchema = z.enum(downloadStates);
export type DownloadState = z.infer<typeof downloadStateSchema>;

export const downloadFileSchema = z.object({
  /** As the server calls it, made safe to show. */
  name: z.string(),
  /** Where it will lie once it is complete and checked. */
  path: z.string(),
  /** Null until the server has told it. */
  totalBytes: bytes.nullable(),
  receivedBytes: bytes,
  done: z.boolean(),
});

/** A model that is fetched as one: a file, or all parts of a split one. */
export const downloadSchema = z.object({
  id: z.number().int().positive(),
  /** As it was asked for: `hf:owner/name:Q4_K_M`, or an address without what follows its `?`. */
  source: z.string(),
  /** `owner/name` on the Hub; null for an address. */
  repository: z.string().nullable(),
  level: z.string().nullable(),
  /** What to call it: the file's name, or what the parts of a split model have in common. */
  name: z.string(),
  state: downloadStateSchema,
  /** Empty until the server was asked for the first time. */
  files: z.array(downloadFileSchema),
  totalBytes: bytes.nullable(),
  receivedBytes: bytes,
  /** Null while nothing is being fetched. */
  bytesPerSecond: z.number().nonnegative().nullable(),
  /** Null while nothing is being fetched or the size is not known. */
  secondsLeft: z.number().int().nonnegative().nullable(),
  /** When a download that is `waiting` tries again, in milliseconds since 1970. */
  retryAt: z.number().int().nullable(),
  /** Why it failed, waits, or was paused by Nibble itself (a full disk). */
  problem: problemSchema.nullable(),
  /** Its place among those `queued`, from 1. */
  position: z.number().int().positive().nullable(),
  /** Folder of the first file. Null until the server was asked for the first time. */
  folder: z.string().nullable(),
  /** Of the library, once it is done. */
  modelId: z.number().int().nullable(),
  addedAt: z.number().int(),
  finishedAt: z.number().int().nullable(),
});
export type Download = z.infer<typeof downloadSchema>;

export const downloadSettingsSchema = z.object({
  /** Where models are put. Null: the folder named at the start, else `models` in the data folder. */
  folder: z.string().min(1).max(4096).nullable(),
  /** Of all downloads together. Null: as fast as it goes. */
  maxBytesPerSecond: z
    .number()
    .int()
    .min(16 * 1024)
    .nullable(),
  /** Downloads at once; the others wait. */
  simultaneous: z.number().int().min(1).max(8),
  /** Connections for one file. */
  connections: z.number().int().min(1).max(16),
  /** `http://host:port`. Null: what `HTTPS_PROXY` and `NO_PROXY` say. */
  proxy: z.string().max(2048).nullable(),
  /** A mirror of the Hub. Null: what `HF_ENDPOINT` says, else huggingface.co. */
  endpoint: z.string().max(2048).nullable(),
});
export type DownloadSettings = z.infer<typeof downloadSettingsSchema>;

/** What is in force, from the settings or from the environment. */
export const networkSchema = z.object({
  endpoint: z.string(),
  endpointFrom: z.enum(['settings', 'environment', 'default']),
  /** Without user name and password. */
  proxy: z.string().nullable(),
  proxyFrom: z.enum(['settings', 'environment']).nullable(),
  /** The token of a person's account on the Hub can be set and forgotten, never read. */
  token: z.object({
    /** keychain: encrypted with a key of the system. file: in a file only this user may read. Null: there is none. */
    keptIn: z.enum(['keychain', 'file', 'environment']).nullable(),
    /** Where `setToken` would put one. */
    wouldBeKeptIn: z.enum(['keychain', 'file']),
  }),
});
export type Network = z.infer<typeof networkSchema>;

/** One request that left this computer, without the query, where signed addresses carry what opens them. */
export const requestRecordSchema = z.object({
  startedAt: z.number().int(),
  host: z.string(),
  path: z.string(),
  /** Null where no answer came, or none yet. */
  status: z.number().int().nullable(),
  receivedBytes: bytes,
  /** Null while it is under way; what came of it is told at its end. */
  tookMs: z.number().nonnegative().nullable(),
});
export type RequestRecord = z.infer<typeof requestRecordSchema>;

export const downloadSpaceSchema = z.object({
  /** Where new downloads are put. */
  folder: z.string(),
  /** Null while the folder's disk cannot be asked. */
  freeBytes: bytes.nullable(),
  /** What the downloads that have not ended still have to fetch, as far as it is known. */
  neededBytes: bytes,
});
export type DownloadSpace = z.infer<typeof downloadSpaceSchema>;

export const downloadsContract = {
  /** Those that have not ended in the order of the queue, then the others, the latest first. */
  list: procedure.output(z.array(downloadSchema)),
  /**
   * `hf:owner/name:level`, `hf:owner/name` where it holds one model, or an https address. `path` names a model of the
   * repository by its (first) file instead of by its level. What is on its way already is returned as it is.
   */
  start: procedure
    .input(z.object({ source: z.string().min(1).max(4096), path: z.string().min(1).max(1000).optional() }))
    .output(downloadSchema),
  /** Keeps what was fetched. */
  pause: procedure.input(downloadId).output(downloadSchema),
  /** Goes on, or tries again. */
  resume: procedure.input(downloadId).output(downloadSchema),
  /** What was fetched is deleted 15 seconds later; until then `resume` takes it up again. */
  cancel: procedure.input(downloadId).output(downloadSchema),
  /** Takes a download that is done, failed or cancelled off the list. Complete files stay. */
  remove: procedure.input(downloadId).output(z.void()),
  /** The order of those that have not ended; ones left out keep their order behind them. */
  reorder: procedure
    .input(z.object({ downloadIds: z.array(z.number().int()).max(1000) }))
    .output(z.array(downloadSchema)),
  space: procedure.output(downloadSpaceSchema),
  network: procedure.output(networkSchema),
  setToken: procedure.input(z.object({ token: z.string().min(1).max(1000) })).output(networkSchema),
  clearToken: procedure.output(networkSchema),
  /** Every request since the start, oldest first, at most the latest 1,000. */
  requests: procedure.output(z.array(requestRecordSchema)),
};
