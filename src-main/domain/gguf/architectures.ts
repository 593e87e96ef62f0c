/**
 * Architectures of the linked engine (node-llama-cpp 3.22.1, llama.cpp v0.5.0, `LLM_ARCH_NAMES` in
 * src/llama-arch.cpp), sorted by whether they write text. An update of the engine updates this list.
 */
export const textArchitectures: readonly string[] = `
  llama llama4 deci falcon grok gpt2 gptj gptneox mpt baichuan starcoder refact bloom stablelm
  qwen qwen2 qwen2moe qwen2vl qwen3 qwen3moe qwen3next qwen3vl qwen3vlmoe qwen35 qwen35moe
  qwen4exp phi2 phi3 phimoe plamo plamo2 plamo3 codeshell orion internlm2 minicpm minicpm3 gemma
  gemma2 gemma3 gemma3n gemma4 starcoder2 mamba mamba2 maple jamba falcon-h1 xverse command-r
  cohere2 cohere2moe dbrx olmo olmo2 olmoe muse-glimmer openelm arctic deepseek deepseek2
  deepseek2-ocr deepseek32 deepseek4 chatglm glm4 glm4moe glm-dsa bitnet t5 jais jais2 nemotron
  nemotron_h nemotron_h_moe exaone exaone4 exaone-moe rwkv6 rwkv6qwen2 rwkv7 arwkv7 granite
  granitemoe granitehybrid graniteswitch granite_swa chameleon plm bailingmoe bailingmoe2
  bailingmoe3 dots1 dots3note arcee afmoe laguna ernie4_5 ernie4_5-moe hunyuan-moe hunyuan-dense
  hunyuan_vl hy_v3 hy_v4 smollm3 gpt-oss lfm2 lfm2moe dream smallthinker llada llada-moe seed_oss
  grovemoe apertus minimax-01 hrm_text minimax-m2 minimax-m3 cogvlm rnd1 pangu-embedded mistral3
  mistral4 paddleocr mimo2 step35 spark2_5 maincoder kimi-linear kimi-k3 talkie mellum nanbeige`
  .trim()
  .split(/\s+/);

const names = new Set(textArchitectures);

/** Known to the engine, but nothing to chat with: what they are, in words that complete "holds a …". */
const otherKinds: ReadonlyMap<string, string> = new Map([
  ['clip', 'projector for images or sound'],
  ['bert', 'text embedding model'],
  ['modern-bert', 'text embedding model'],
  ['nomic-bert', 'text embedding model'],
  ['nomic-bert-moe', 'text embedding model'],
  ['neo-bert', 'text embedding model'],
  ['jina-bert-v2', 'text embedding model'],
  ['jina-bert-v3', 'text embedding model'],
  ['eurobert', 'text embedding model'],
  ['gemma-embedding', 'text embedding model'],
  ['llama-embed', 'text embedding model'],
  ['t5encoder', 'text embedding model'],
  ['wavtokenizer-dec', 'speech model'],
  ['qwen3tts', 'speech model'],
  ['pockettts', 'speech model'],
  ['gemma4-assistant', 'draft model for another model'],
  ['eagle3', 'draft model for another model'],
  ['dflash', 'draft model for another model'],
]);

export function isTextArchitecture(architecture: string): boolean {
  return names.has(architecture);
}

/** What a file of this architecture holds if it does not hold a text model; undefined for an unknown one. */
export function otherKind(architecture: string): string | undefined {
  return otherKinds.get(architecture);
}

/** `llm_arch_is_recurrent`: no attention at all, so their files may say 0 heads. */
const recurrent = new Set(['mamba', 'mamba2', 'rwkv6', 'rwkv6qwen2', 'rwkv7', 'arwkv7']);

export function isRecurrent(architecture: string): boolean {
  return recurrent.has(architecture);
}
