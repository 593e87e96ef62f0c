import { readFile, stat } from 'node:fs/promises';
import type { z } from 'zod';
import { machineFileSchema, type MachineFile } from '../../contract/plan.contract.ts';
import { problemError } from '../../contract/problem.ts';

/** A machine with hundreds of devices. */
const MAX_BYTES = 2 ** 20;

/** Reads what `nibble hardware --json` wrote, perhaps edited. Throws `plan.badMachine`, which names the first field that is wrong. */
export async function readMachineFile(path: string): Promise<MachineFile> {
  const refuse = (field: string, reason: string) => problemError('plan.badMachine', { path, field, reason });
  const text = await readShort(path).catch((error: unknown) => {
    throw refuse('The file', `it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  });
  if (text === null) throw refuse('The file', 'it is longer than a machine file can be');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('The file', 'it is not JSON');
  }
  const parsed = machineFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refuse(
    fieldName(issue?.path ?? []),
    issue ? reasonOf(issue, valueAt(value, issue.path)) : 'it is wrong',
  );
}

async function readShort(path: string): Promise<string | null> {
  const { size } = await stat(path);
  return size > MAX_BYTES ? null : await readFile(path, 'utf8');
}

/** `gpus[0].freeBytes` */
function fieldName(path: readonly PropertyKey[]): string {
  const name = path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text && '.'}${String(key)}`),
    '',
  );
  return name || 'The file';
}

function reasonOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return 'it is missing';
  if (issue.code === 'too_small') return `${JSON.stringify(value)} is too small`;
  if (issue.code === 'invalid_type') return `it should be of the type ${issue.expected}`;
  return issue.message;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}
