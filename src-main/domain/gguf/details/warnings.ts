import type { DetailWarning, TensorGroup } from '../../../contract/model-details.ts';
import { hasImatrix, isQat } from '../../planner/quality/identify.ts';
import type { GgufHeader, ModelSummary } from '../types.ts';
import type { HeaderValues } from './header-values.ts';

/** Block types of before the K-quants: at the same size they lose more. */
const olderTypes = new Set(['Q4_0', 'Q4_1', 'Q5_0', 'Q5_1']);
/** Types below 4 bits, of which llama-quantize itself says that they need an importance matrix. */
const lowTypes = /^(I?Q[123]_|IQ[123])/;
/** Of the vocabulary; single broken tokens are common and do no harm. */
const DAMAGED_SHARE = 0.001;
/** `LLAMA_TOKEN_TYPE_BYTE`: its text is that of a byte, which need not be whole UTF-8. */
const TOKEN_TYPE_BYTE = 6;

/** What a person should know before they judge the model by its answers. */
export function detailWarnings(
  header: GgufHeader,
  summary: ModelSummary,
  values: HeaderValues,
  groups: readonly TensorGroup[],
): DetailWarning[] {
  const main = mainType(groups);
  const found: Record<DetailWarning, boolean> = {
    noChatTemplate: summary.chatTemplate === null,
    // Only the byte-pair tokenizers of GPT-2's kind cut text by such a rule.
    noPreTokenizer:
      values.text('tokenizer.ggml.model') === 'gpt2' && values.text('tokenizer.ggml.pre') === null,
    noEndToken: !hasEndToken(values, summary.vocabularySize),
    damagedTokenizer: isDamaged(values, summary.vocabularySize),
    olderQuantization: olderTypes.has(main) && !isQat([summary.name], header.metadata),
    noImportanceMatrix:
      lowTypes.test(main) && !hasImatrix(header.metadata) && !isQat([summary.name], header.metadata),
    noLicence: values.text('general.license') === null,
  };
  return (Object.keys(found) as DetailWarning[]).filter((warning) => found[warning]);
}

/** The type that holds most bytes of the matrices. */
function mainType(groups: readonly TensorGroup[]): string {
  const bytes = new Map<string, number>();
  for (const { types } of groups)
    for (const { type, sizeBytes } of types) bytes.set(type, (bytes.get(type) ?? 0) + sizeBytes);
  return [...bytes].reduce((most, each) => (each[1] > most[1] ? each : most), ['', 0])[0];
}

function hasEndToken(values: HeaderValues, vocabularySize: number): boolean {
  const keys = ['eos_token_id', 'eot_token_id', 'eom_token_id'];
  return keys.some((key) => {
    const id = values.integer(`tokenizer.ggml.${key}`);
    return id !== null && id >= 0 && id < vocabularySize;
  });
}

function isDamaged(values: HeaderValues, vocabularySize: number): boolean {
  const types = values.array('tokenizer.ggml.token_type');
  let broken = 0;
  let id = -1;
  for (const token of values.array('tokenizer.ggml.tokens') ?? []) {
    id += 1;
    if (types?.at(id) === TOKEN_TYPE_BYTE || typeof token !== 'string') continue;
    if (token === '' || token.includes('\uFFFD')) broken += 1;
  }
  return broken > Math.max(1, vocabularySize * DAMAGED_SHARE);
}
