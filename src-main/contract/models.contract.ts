import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure } from './base-contract.ts';
import { modelDetailsSchema } from './model-details.ts';
import { fitsSchema } from './plan.contract.ts';
import { problemSchema } from './problem.ts';

const bytes = z.number().int().nonnegative();
const path = z.string().min(1).max(4096);

/** Programs whose downloads Nibble can use where they lie. */
export const otherPrograms = ['lmStudio', 'ollama', 'huggingFace', 'jan', 'gpt4all', 'llamaCpp'] as const;
export const otherProgramSchema = z.enum(otherPrograms);
export type OtherProgram = z.infer<typeof otherProgramSchema>;

/** What brought a model into the list: Nibble itself, the person who opened it, a folder, or another program's. */
export const modelSources = ['builtIn', 'opened', 'folder', ...otherPrograms] as const;
export const modelSourceSchema = z.enum(modelSources);
export type ModelSource = z.infer<typeof modelSourceSchema>;

export const modelSchema = z.object({
  id: z.number().int().positive(),
  /** Of a split model, its first part. */
  path: z.string(),
  /** As the person calls it, else as it calls itself. */
  name: z.string(),
  /** Whether `name` is the person's. */
  renamed: z.boolean(),
  /** `Llama`, `Qwen`, …; of an architecture that belongs to no known family, its own name. */
  family: z.string(),
  architecture: z.string(),
  /** Quantization level, e.g. `Q4_K_M`; null when neither name nor header tells. */
  level: z.string().nullable(),
  parameters: z.number().int().nonnegative(),
  bitsPerWeight: z.number().positive(),
  /** Of all its files together. */
  sizeBytes: bytes,
  fileCount: z.number().int().positive(),
  trainedContext: z.number().int().positive(),
  hasChatTemplate: z.boolean(),
  /** As its header names it, e.g. `apache-2.0`; null when it says nothing. */
  licence: z.string().nullable(),
  builtIn: z.boolean(),
  source: modelSourceSchema,
  /** Where it was downloaded from, e.g. `hf:owner/name`; null when Nibble did not download it. */
  origin: z.string().nullable(),
  /** False while the file is away (moved, disk not connected). */
  available: z.boolean(),
  /** Other models of the list that are the very same file on the disk, by another name. */
  sameFileAs: z.array(z.number().int().positive()),
  addedAt: z.number().int(),
  lastUsedAt: z.number().int().nullable(),
  /** Speed of its last answer here. */
  measuredTokensPerSecond: z.number().nonnegative().nullable(),
});
export type Model = z.infer<typeof modelSchema>;

/** here; away: not there, e.g. its disk is not connected; closed: Nibble may not read it. */
export const placeStateSchema = z.enum(['here', 'away', 'closed']);
export type PlaceState = z.infer<typeof placeStateSchema>;

export const modelFolderSchema = z.object({
  path: z.string(),
  /** own: where downloads and imports are put. added: by the person, who may remove it. */
  kind: z.enum(['own', 'added']),
  state: placeStateSchema,
  models: z.number().int().nonnegative(),
  sizeBytes: bytes,
});
export type ModelFolder = z.infer<typeof modelFolderSchema>;

export const programPlacesSchema = z.object({
  program: otherProgramSchema,
  name: z.string(),
  /** The folders of it that are there, at their usual places. Empty when it was not found. */
  folders: z.array(z.string()),
  enabled: z.boolean(),
  models: z.number().int().nonnegative(),
  sizeBytes: bytes,
});
export type ProgramPlaces = z.infer<typeof programPlacesSchema>;

/** A file that ends in .gguf and is no model that Nibble can run. */
export const refusedFileSchema = z.object({
  path: z.string(),
  sizeBytes: bytes,
  source: modelSourceSchema,
  problem: problemSchema,
});
export type RefusedFile = z.infer<typeof refusedFileSchema>;

/** Where models are looked for, and how far the looking is. */
export const librarySchema = z.object({
  folders: z.array(modelFolderSchema),
  programs: z.array(programPlacesSchema),
  /** At most 200 of them; `refusedCount` counts all. */
  refused: z.array(refusedFileSchema),
  refusedCount: z.number().int().nonnegative(),
  /** Files whose headers have been read, of those that are new or have changed. Null while nothing is looked for. */
  scan: z.object({ done: z.number().int(), total: z.number().int() }).nullable(),
});
export type Library = z.infer<typeof librarySchema>;

/** In short what a plan says; worked out from the header and figures alone. */
export const verdictSchema = z.object({
  modelId: z.number().int(),
  fits: fitsSchema,
  contextSize: z.number().int().nonnegative(),
  memoryBytes: bytes,
  /** Null where nothing is known of the device. */
  tokensPerSecond: z.number().nonnegative().nullable(),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** What deleting a model would do. */
export const removalSchema = z.object({
  files: z.array(z.string()),
  sizeBytes: bytes,
  /**
   * What the disk gains once the trash is emptied. Less than `sizeBytes` where another name leads to the same bytes; those
   * of the list are `sameFileAs`.
   */
  freedBytes: bytes,
  sameFileAs: z.array(z.number().int().positive()),
  /** Why it cannot be deleted, e.g. because it belongs to another program. */
  refusal: problemSchema.nullable(),
});
export type Removal = z.infer<typeof removalSchema>;

export const removedSchema = z.object({
  /** For `restore`; null where the system's trash has to be opened for that. */
  removalId: z.number().int().nullable(),
  sizeBytes: bytes,
});

/** Moving a file on one disk is one step; between disks it is copied, compared and only then deleted. */
export const importEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), doneBytes: bytes, totalBytes: bytes }),
  z.object({ type: z.literal('done'), model: modelSchema }),
]);
export type ImportEvent = z.infer<typeof importEventSchema>;

const modelRef = z.object({ modelId: z.number().int() });

export const modelsContract = {
  /** The built-in model first, then by last use. From the index: what is new on the disk follows as live events. */
  list: procedure.output(z.array(modelSchema)),
  /** Checks the file at `path` with the strict reader and remembers where it lies; the file stays where it is. */
  open: procedure.input(z.object({ path })).output(modelSchema),
  /** Forgets a model that was opened by its path or whose file is away; the file stays. */
  forget: procedure.input(modelRef).output(z.void()),
  /** Changes the name in Nibble, not that of the file. Null: the model's own name. */
  rename: procedure
    .input(modelRef.extend({ name: z.string().trim().min(1).max(120).nullable() }))
    .output(modelSchema),
  details: procedure.input(modelRef).output(modelDetailsSchema),
  /** Models whose files cannot be read are left out. */
  verdicts: procedure
    .input(z.object({ modelIds: z.array(z.number().int()).max(64) }))
    .output(z.array(verdictSchema)),
  removal: procedure.input(modelRef).output(removalSchema),
  /** Moves its files to the system's trash. Refused for files of other programs. */
  remove: procedure.input(modelRef).output(removedSchema),
  /** Takes back a `remove` of this run. */
  restore: procedure.input(z.object({ removalId: z.number().int() })).output(modelSchema),
  /** Shows the file in the system's file manager; only where the shell says `canReveal`. */
  reveal: procedure.input(modelRef).output(z.void()),
  /** Moves the file, or all parts of a split one, into Nibble's own folder. Aborting leaves the original as it was. */
  import: procedure.input(z.object({ path })).output(eventIterator(importEventSchema)),
  library: procedure.output(librarySchema),
  /** Lists the models of a folder and of those below it, and keeps watching it. */
  addFolder: procedure.input(z.object({ path })).output(librarySchema),
  /** Its files stay where they are. */
  removeFolder: procedure.input(z.object({ path })).output(librarySchema),
  /** Lists the models that another program has downloaded, or lists them no more. */
  useProgram: procedure
    .input(z.object({ program: otherProgramSchema, enabled: z.boolean() }))
    .output(librarySchema),
  /** Looks at every folder again. */
  rescan: procedure.output(z.void()),
};
