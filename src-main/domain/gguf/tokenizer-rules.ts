/**
 * What llama-vocab.cpp of llama.cpp v0.5.0 takes for granted: it reads some arrays as raw memory of one type, and
 * ends the process on the first text whose bytes have no token.
 */
import type { ModelFacts } from './model-facts.ts';
import { indexTokens, type TokenIndex } from './token-index.ts';
import type { GgufValueType } from './types.ts';

const tokensKey = 'tokenizer.ggml.tokens';
const modelKey = 'tokenizer.ggml.model';

export function checkTokenizerRules(facts: ModelFacts): void {
  const model = facts.string(modelKey);
  if (model === undefined || model === 'none' || model === 'no_vocab') {
    facts.malformed(modelKey, 'without a tokenizer nothing can be written');
  }
  const tokens = facts.strings(tokensKey) ?? facts.malformed(tokensKey, 'it is missing');
  const index = indexTokens(tokens);
  // id_to_token.size() == token_to_id.size()
  if (index.hasTwins) facts.malformed(tokensKey, 'two tokens have the same text');
  checkBytes(facts, model, index);

  checkTokenArray(facts, 'tokenizer.ggml.scores', tokens.length, 'f32[]', 'i32[]');
  checkTokenArray(facts, 'tokenizer.ggml.token_type', tokens.length, 'i32[]');
  facts.mustBe('tokenizer.ggml.merges', 'str[]');
  facts.mustBe('tokenizer.ggml.suppress_tokens', 'i32[]');
  facts.mustBe('tokenizer.ggml.precompiled_charsmap', 'i8[]', 'u8[]');
}

/** llama_vocab::byte_to_token looks up bytes without asking whether they are there; the others fall back to a token. */
function checkBytes(facts: ModelFacts, model: string, tokens: TokenIndex): void {
  // The newline is turned into a token while the vocabulary is loaded; in RWKV's it is written escaped.
  if (model === 'rwkv' && !tokens.has('\\n')) facts.malformed(tokensKey, 'there is no token for a new line');
  if (model !== 'llama' && model !== 'plamo2') return;
  for (let byte = 0; byte < 256; byte++) {
    const name = `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
    if (tokens.has(name)) continue;
    const itself = model === 'llama' && byte < 128 && tokens.has(String.fromCharCode(byte));
    if (!itself) facts.malformed(tokensKey, `there is no token ${name} for that byte`);
  }
}

function checkTokenArray(facts: ModelFacts, key: string, tokens: number, ...types: GgufValueType[]): void {
  facts.mustBe(key, ...types);
  const value = facts.header.metadata.get(key);
  if (typeof value === 'object' && value.length < tokens) {
    facts.malformed(key, `it has ${value.length} entries for ${tokens} tokens`);
  }
}
