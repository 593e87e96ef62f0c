import { z } from 'zod';

/**
 * Reads an object that an older, newer or broken Nibble may have written: each field that is missing or does not
 * pass its schema gets its default, objects within it field by field; unknown fields are left out. Never throws.
 */
export function parseWithDefaults<Value extends object>(
  schema: z.ZodObject,
  defaults: Value,
  value: unknown,
): Value {
  const given = isRecord(value) ? value : {};
  const result = Object.fromEntries<unknown>(Object.entries(defaults));
  for (const [key, field] of Object.entries(schema.shape)) {
    const fallback = result[key];
    if (field instanceof z.ZodObject && isRecord(fallback)) {
      result[key] = parseWithDefaults(field, fallback, given[key]);
      continue;
    }
    const parsed = z.safeParse(field, given[key]);
    if (parsed.success && parsed.data !== undefined) result[key] = parsed.data;
  }
  return result as Value;
}

/** `JSON.parse` for a column: what is no JSON reads as undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
