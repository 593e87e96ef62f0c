import { warningWords } from '../../../../contract/detail-warnings.ts';
import type { ModelDetails } from '../../../../contract/model-details.ts';
import { grouped } from '../../../../domain/planner/numbers.ts';
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
    [
      'size',
      `${formatBytes(file.sizeBytes)}${file.files > 1 ? ` in ${file.files} files` : ''}, GGUF ${file.ggufVersion}`,
    ],
    ['family', `${about.family} (${about.architecture})`],
    ['licence', about.licence ?? 'none named'],
    ['parameters', grouped(shape.parameters)],
    ['layers', grouped(shape.layers)],
    ['heads', `${shape.heads ?? '-'}, ${shape.headsKv} for keys and values`],
    ['experts', experts && `${experts.count}, ${experts.used} used for a token`],
    ['context', `${grouped(shape.trainedContext)} tokens`],
    ['embeddings', shape.tiedEmbeddings ? 'shared with the output' : 'not shared with the output'],
    ['rope', rope.base === null ? null : `base ${grouped(rope.base)}`],
    ['vocabulary', `${grouped(tokenizer.vocabularySize)} tokens, ${tokenizer.model}`],
    ['level', `${quantization.level ?? '-'}, ${quantization.bitsPerWeight.toFixed(2)} bits per weight`],
    ...quantization.groups.map(
      ({ group, sizeBytes, types }) =>
        [`  ${group}`, `${formatBytes(sizeBytes)}: ${types.map(({ type }) => type).join(', ')}`] as const,
    ),
    ...warnings.map((warning) => ['warning', warningWords[warning]] as const),
  ];
  return formatRows(rows.flatMap(([label, value]) => (value === null ? [] : [[label, value] as const])));
}
