import { z } from 'zod';
import { isRepositoryId } from '../../contract/hub-reference.ts';
import type { FoundRepository } from '../../contract/discover.contract.ts';
import { shortText } from '../../domain/gguf/malformed.ts';

const text = z.string().optional().catch(undefined);
/** Of what people or publishers write, one field that makes no sense hides nothing but itself. */
const count = z.int().nonnegative().optional().catch(undefined);

/** What the Hub says of a repository in a list and on its page alike. */
export const popularityShape = {
  downloads: count,
  likes: count,
  lastModified: text,
  /** False, or how access is granted: `auto` or `manual`. */
  gated: z.union([z.boolean(), z.string()]).optional(),
  tags: z.array(z.string()).optional().catch(undefined),
  cardData: z
    .object({
      license: z
        .union([z.string(), z.array(z.string())])
        .optional()
        .catch(undefined),
      base_model: z
        .union([z.string(), z.array(z.string())])
        .optional()
        .catch(undefined),
    })
    .nullish()
    .catch(undefined),
  /** From the header of one of its files, as the Hub read it. */
  gguf: z.object({ total: count, architecture: text, context_length: count }).nullish().catch(undefined),
};
export type Popularity = z.infer<z.ZodObject<typeof popularityShape>>;

const MAX_WORD_LENGTH = 100;

export function popularityOf(told: Popularity): Omit<FoundRepository, 'repository'> {
  const { downloads, likes, lastModified, gated = false, gguf } = told;
  const updatedAt = Date.parse(lastModified ?? '');
  return {
    downloads: downloads ?? null,
    likes: likes ?? null,
    updatedAt: Number.isNaN(updatedAt) ? null : updatedAt,
    licence: licenceOf(told),
    isGated: gated !== false,
    parameters: gguf?.total || null,
    architecture: shortText(gguf?.architecture ?? '', MAX_WORD_LENGTH) || null,
    trainedContext: gguf?.context_length || null,
    baseModel: baseModelOf(told),
  };
}

/** As the page says it, else as the tags do: `apache-2.0`, `llama3.2`; `other` where its text stands in a file. */
export function licenceOf({ cardData, tags = [] }: Popularity): string | null {
  const said = cardData?.license ?? tags.find((tag) => tag.startsWith('license:'))?.slice('license:'.length);
  return shortText(Array.isArray(said) ? said.join(', ') : (said ?? ''), MAX_WORD_LENGTH) || null;
}

/** The tags know it where a list leaves the page's own data out: `base_model:quantized:owner/name`. */
function baseModelOf({ cardData, tags = [] }: Popularity): string | null {
  const said = cardData?.base_model;
  const tagged = tags
    .find((tag) => tag.startsWith('base_model:'))
    ?.split(':')
    .at(-1);
  const first = (Array.isArray(said) ? said[0] : said) ?? tagged ?? '';
  return isRepositoryId(first) ? first : null;
}
