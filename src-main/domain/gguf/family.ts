/** Families by the names of their models, in the order they are asked for: a distilled Qwen is a Qwen. */
const byName: readonly (readonly [pattern: RegExp, family: string])[] = [
  [/nibble[\s_-]*tiny/i, 'Nibble'],
  [/(?<![a-z])(qwen|qwq)/i, 'Qwen'],
  [/(?<![a-z])gpt[\s_-]*oss/i, 'gpt-oss'],
  [/smollm/i, 'SmolLM'],
  [/tinyllama/i, 'TinyLlama'],
  [/(?<![a-z])llama/i, 'Llama'],
  [/(mi[sx]tral|ministral|codestral|devstral|magistral)/i, 'Mistral'],
  [/gemma/i, 'Gemma'],
  [/(?<![a-z])phi[\s_-]*\d/i, 'Phi'],
  [/deepseek/i, 'DeepSeek'],
  [/granite/i, 'Granite'],
  [/falcon/i, 'Falcon'],
  [/(?<![a-z])olmo/i, 'OLMo'],
  [/(?<![a-z])exaone/i, 'EXAONE'],
  [/nemotron/i, 'Nemotron'],
  [/hunyuan/i, 'Hunyuan'],
  [/(?<![a-z])(chat)?glm/i, 'GLM'],
  [/(?<![a-z])yi[\s_-]/i, 'Yi'],
];

/** By the beginning of the architecture's name, where a model's own name tells nothing. */
const byArchitecture: readonly (readonly [start: string, family: string])[] = [
  ['qwen', 'Qwen'],
  ['gemma', 'Gemma'],
  ['phi', 'Phi'],
  ['deepseek', 'DeepSeek'],
  ['gpt-oss', 'gpt-oss'],
  ['smollm', 'SmolLM'],
  ['mistral', 'Mistral'],
  ['llama', 'Llama'],
  ['granite', 'Granite'],
  ['falcon', 'Falcon'],
  ['olmo', 'OLMo'],
  ['exaone', 'EXAONE'],
  ['nemotron', 'Nemotron'],
  ['hunyuan', 'Hunyuan'],
  ['chatglm', 'GLM'],
  ['glm', 'GLM'],
  ['command-r', 'Command'],
  ['cohere', 'Command'],
  ['rwkv', 'RWKV'],
  ['mamba', 'Mamba'],
];

/**
 * What a model is called after, for sorting and filtering: by its names, since many families share the architecture
 * `llama`, else by its architecture.
 */
export function familyName(names: readonly string[], architecture: string): string {
  for (const [pattern, family] of byName) if (names.some((name) => pattern.test(name))) return family;
  return byArchitecture.find(([start]) => architecture.startsWith(start))?.[1] ?? architecture;
}
