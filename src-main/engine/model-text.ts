import type { LlamaModel, Token } from 'node-llama-cpp';

/** The tokens of a piece of a prompt. The first piece gets the beginning-of-sequence token if the model wants one. */
export function tokenize(
  model: LlamaModel,
  text: string,
  special: boolean,
  first: boolean,
): readonly number[] {
  const tokens: number[] = model.tokenize(text, special, first ? undefined : 'trimLeadingSpace');
  const { bos, shouldPrependBosToken } = model.tokens;
  const lacksBos = first && shouldPrependBosToken && bos !== null && tokens[0] !== bos;
  return lacksBos ? [bos, ...tokens] : tokens;
}

/** Markers of reasoning are special tokens in some vocabularies; all other special tokens an answer may hold are not shown. */
const SHOWN_SPECIAL_TOKENS: ReadonlySet<string> = new Set(['<think>', '</think>']);

/** The text of tokens that follow `before`. */
export function detokenize(model: LlamaModel, tokens: readonly number[], before: readonly number[]): string {
  const text = model.detokenize(tokens as Token[], false, before as Token[]);
  if (text !== '') return text;
  const marker = model.detokenize(tokens as Token[], true);
  return SHOWN_SPECIAL_TOKENS.has(marker) ? marker : '';
}

/** The template's own end of a turn, where it is a special token that llama.cpp does not know as one that ends generation. */
export function turnEndTokens(model: LlamaModel, turnEnd: string): ReadonlySet<number> {
  const [first] = model.tokenize(turnEnd.trimStart(), true, 'trimLeadingSpace');
  return new Set(first !== undefined && model.isSpecialToken(first) ? [first] : []);
}
