import { z } from 'zod';
import { procedure } from './base-contract.ts';

export const shellInfoSchema = z.object({
  kind: z.enum(['electron', 'web']),
  version: z.string(),
  /** llama.cpp's release and the library that carries it. */
  engineVersion: z.string(),
  dataDir: z.string(),
  /** Null when the person named none. */
  modelsDir: z.string().nullable(),
  /** Whether `pickModelFile` and `pickFolder` can show a dialog. Otherwise the person types a path. */
  canPickFile: z.boolean(),
  /** Whether `models.reveal` can show a file in its folder. Otherwise the person copies the path. */
  canReveal: z.boolean(),
});
export type ShellInfo = z.infer<typeof shellInfoSchema>;

export const shellContract = {
  info: procedure.output(shellInfoSchema),
  /** Shows the system's file dialog; null when it was cancelled or there is none. */
  pickModelFile: procedure.output(z.object({ path: z.string().nullable() })),
  pickFolder: procedure.output(z.object({ path: z.string().nullable() })),
};
