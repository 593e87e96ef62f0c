import { problemError } from '../../contract/problem.ts';
import { isRecurrent, isTextArchitecture, otherKind } from './architectures.ts';
import { checkEngineRules } from './engine-rules.ts';
import { modelLimits } from './limits.ts';
import { shortText } from './malformed.ts';
import { ModelFacts } from './model-facts.ts';
import { levelOfFileType, parseLevel, stem } from './names.ts';
import type { GgufHeader, ModelSummary } from './types.ts';
import { encodeUtf8 } from './utf8.ts';

const tokensKey = 'tokenizer.ggml.tokens';
const templateKey = 'tokenizer.chat_template';
/** Characters; the longest names on the Hub stay under 100. */
const MAX_NAME_LENGTH = 120;

/**
 * What Nibble wants to know of a model, once its numbers make sense together. `path` is the file's name or path:
 * it tells the level and names the file in problems.
 * Throws `ProblemError`: `model.malformed`, `notText`, `unknownArchitecture` or `vocabularyOnly`.
 */
export function summarizeModel(header: GgufHeader, path: string): ModelSummary {
  const facts = new ModelFacts(header, path);
  const architecture = checkKind(facts);
  const key = (name: string) => `${architecture}.${name}`;
  const layers = facts.integer(key('block_count'), 1, modelLimits.layers);
  const embeddingLength = facts.integer(key('embedding_length'), 1, modelLimits.embeddingLength);
  const trainedContext = facts.integer(key('context_length'), 1, modelLimits.trainedContext);
  const attention = readAttention(facts, architecture, layers, embeddingLength);
  const chatTemplate = readChatTemplate(facts);
  const vocabularySize = readVocabularySize(facts);
  checkEngineRules(facts, architecture, layers, embeddingLength);

  const parameters = header.tensors.reduce(
    (sum, { dimensions }) => sum + dimensions.reduce((product, dimension) => product * dimension, 1),
    0,
  );
  const weightsBytes = header.tensors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    name: shortText(facts.string('general.name') ?? '', MAX_NAME_LENGTH) || stem(path),
    architecture,
    level: readLevel(facts),
    parameters,
    bitsPerWeight: (weightsBytes * 8) / parameters,
    weightsBytes,
    trainedContext,
    layers,
    embeddingLength,
    ...attention,
    vocabularySize,
    chatTemplate,
  };
}

/** The architecture of a file that holds a model which writes text; anything else is refused by what it is. */
function checkKind(facts: ModelFacts): string {
  const { path, header } = facts;
  const notText = (kind: string) => problemError('model.notText', { path, kind });
  const type = facts.string('general.type');
  if (type === 'adapter') throw notText('LoRA adapter');
  if (type === 'imatrix') throw notText('importance matrix for quantizing');
  if (type === 'mmproj') throw notText('projector for images or sound');
  const architecture = facts.string('general.architecture');
  if (!architecture) facts.malformed('general.architecture', 'it is missing');
  if (architecture === 'controlvector') throw notText('control vector');
  const kind = otherKind(architecture);
  if (kind) throw notText(kind);
  if (!isTextArchitecture(architecture)) {
    throw problemError('model.unknownArchitecture', { path, architecture: shortText(architecture, 64) });
  }
  if (header.tensors.length === 0) {
    if (header.metadata.has(tokensKey)) throw problemError('model.vocabularyOnly', { path });
    facts.malformed('tensor list', 'it is empty');
  }
  return architecture;
}

function readAttention(
  facts: ModelFacts,
  architecture: string,
  layers: number,
  embeddingLength: number,
): Pick<ModelSummary, 'headsKv' | 'headSizeK' | 'headSizeV'> {
  const headsKey = `${architecture}.attention.head_count`;
  const headsKvKey = `${architecture}.attention.head_count_kv`;
  const heads = facts.perLayer(headsKey, layers, 0, embeddingLength) ?? Array<number>(layers).fill(0);
  const most = Math.max(...heads);
  if (most === 0 && !isRecurrent(architecture)) facts.malformed(headsKey, 'no layer has an attention head');
  const headsKv = facts.perLayer(headsKvKey, layers, 0, embeddingLength) ?? heads;
  for (const [layer, kv] of headsKv.entries()) {
    const all = heads[layer] ?? 0;
    // Layers of hybrid models that keep a state instead of a cache have no KV heads; some have no heads at all.
    if (kv > all || (kv > 0 && all % kv !== 0)) {
      facts.malformed(headsKvKey, `${kv} KV heads do not go with ${all} heads in layer ${layer}`);
    }
  }
  const size = (name: string) => {
    const key = `${architecture}.attention.${name}`;
    const given = facts.optionalInteger(key, 1, embeddingLength * 16);
    if (given !== undefined || most === 0) return given ?? 0;
    const [first = most] = heads;
    if (embeddingLength % (first || most) !== 0) {
      facts.malformed(headsKey, `${first || most} heads do not divide an embedding of ${embeddingLength}`);
    }
    return embeddingLength / (first || most);
  };
  return { headsKv, headSizeK: size('key_length'), headSizeV: size('value_length') };
}

function readChatTemplate(facts: ModelFacts): string | null {
  const template = facts.string(templateKey);
  if (template === undefined) return null;
  const bytes = encodeUtf8(template).length;
  if (bytes > modelLimits.chatTemplateBytes) {
    facts.malformed(templateKey, `${bytes} bytes are more than ${modelLimits.chatTemplateBytes}`);
  }
  return template;
}

/** The number of tokens, which is also that of the rows of the token embeddings. */
function readVocabularySize(facts: ModelFacts): number {
  const embedding = facts.header.tensors.find(({ name }) => name === 'token_embd.weight');
  if (!embedding) facts.malformed('token_embd.weight', 'the token embeddings are missing');
  const size = facts.strings(tokensKey)?.length ?? facts.malformed(tokensKey, 'it is missing');
  const rows = embedding.dimensions[1] ?? 1;
  if (rows !== size) facts.malformed('token_embd.weight', `it has ${rows} rows for ${size} tokens`);
  return size;
}

function readLevel(facts: ModelFacts): string | null {
  const fileType = facts.optionalInteger('general.file_type', 0, 2 ** 32 - 1);
  return parseLevel(facts.path)?.label ?? (fileType === undefined ? null : levelOfFileType(fileType));
}
