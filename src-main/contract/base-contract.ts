import { oc } from '@orpc/contract';
import { problemSchema } from './problem.ts';

/** Every procedure may fail with a problem that a person can read; anything undeclared stays hidden. */
export const procedure = oc.errors({ PROBLEM: { status: 422, data: problemSchema } });
