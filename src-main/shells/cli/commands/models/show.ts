import type { ModelDetails } from '../../../../contract/model-details.ts';
import type { Arguments } from '../../arguments.ts';
import type { Core } from '../../core.ts';
import { findModel, withLibrary } from '../../library.ts';
import { formatBytes, formatRows, print, printJson } from '../../output.ts';

/** The header of a model read aloud. */
export async function showCommand(args: Arguments, core: Core): Promise<void> {
  const [wanted = ''] = args.sources;
  const details = await withLibrary(args, core, async (library) =>
    library.details((await findModel(library, wanted)).id),
  );
  await (args.json ? printJson(details) : print(describe(details)));
}

function describe({ about, file, shape, rope, tokenizer, quantization, warnings }: ModelDetails): string {
  const { experts } = shape;
  const rows: (readonly [string, string | null])[] = [
    ['name', about.name],
    ['file', file.path],
    ['size', `${formatBytes(file.sizeBytes)} in ${file.files} file(s), GGUF ${file.ggufVersion}`],
    ['family', `${about.family} (${about.architecture})`],
    ['licence', about.licence ?? 'none named'],
    ['parameters', String(shape.parameters)],
    ['layers', String(shape.layers)],
    ['heads', `${shape.heads ?? '-'}, ${shape.headsKv} for keys and values`],
    ['experts', experts && `${experts.count}, ${experts.used} used for a token`],
    ['context', `${shape.trainedContext} tokens`],
    ['embeddings', shape.tiedEmbeddings ? 'shared with the output' : 'not shared with the output'],
    ['rope', rope.base === null ? null : `base ${rope.base}`],
    ['vocabulary', `${tokenizer.vocabularySize} tokens, ${tokenizer.model}`],
    ['level', `${quantization.level ?? '-'}, ${quantization.bitsPerWeight.toFixed(2)} bits per weight`],
    ...quantization.groups.map(
      ({ group, sizeBytes, types }) =>
        [`  ${group}`, `${formatBytes(sizeBytes)}: ${types.map(({ type }) => type).join(', ')}`] as const,
    ),
    ['warnings', warnings.join(', ') || 'none'],
  ];
  return formatRows(rows.flatMap(([label, value]) => (value === null ? [] : [[label, value] as const])));
}
