import { z } from 'zod';
import { problemSchema } from '../../contract/problem.ts';

const count = z.number().int().nonnegative();

const progressSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('load'), fraction: z.number().min(0).max(1) }),
  z.object({ kind: z.literal('prefill'), evaluatedTokens: count, totalTokens: count }),
  z.object({ kind: z.literal('text'), text: z.string(), reasoning: z.string() }),
]);

/** A child runs native code over foreign files: what it says is checked before main believes it. */
export const fromChildSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('result'), id: count, result: z.unknown() }),
  z.object({ type: z.literal('problem'), id: count, problem: problemSchema }),
  z.object({ type: z.literal('progress'), id: count, progress: progressSchema }),
]);
