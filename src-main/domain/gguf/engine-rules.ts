/**
 * What llama.cpp v0.5.0 asserts instead of reporting: a file that breaks one of these ends the process that
 * loads it. Each rule names the place it stands for.
 */
import { checkArchitectureRules } from './architecture-rules.ts';
import { shortText } from './malformed.ts';
import type { ModelFacts } from './model-facts.ts';
import { checkLayerSizes, checkTensorRules } from './tensor-rules.ts';
import { checkTokenizerRules } from './tokenizer-rules.ts';

/** `LLAMA_MAX_EXPERTS` */
const MAX_EXPERTS = 1024;
const U32_MAX = 2 ** 32 - 1;
const ropeScalingTypes = ['none', 'linear', 'yarn', 'longrope'];

export function checkEngineRules(
  facts: ModelFacts,
  architecture: string,
  layers: number,
  embeddingLength: number,
): void {
  checkArchitectureRules(facts, architecture, layers, embeddingLength);
  checkExperts(facts, architecture, layers);
  checkRopeScaling(facts, architecture);
  // llama-model.cpp: n_layer_nextn <= n_layer_all
  facts.optionalInteger(`${architecture}.nextn_predict_layers`, 0, layers);
  for (const name of ['layer_norm_epsilon', 'layer_norm_rms_epsilon', 'group_norm_epsilon']) {
    checkEpsilon(facts, `${architecture}.attention.${name}`);
  }
  // gguf.cpp: type_to_gguf_type<T>::value == type
  facts.mustBe('split.no', 'u16');
  facts.mustBe('split.count', 'u16');
  checkTokenizerRules(facts);
  checkTensorRules(facts);
  checkLayerSizes(facts, architecture, layers);
}

/** ggml-cpu/ops.cpp: eps >= 0.0f, which is also false for what is not a number. */
function checkEpsilon(facts: ModelFacts, key: string): void {
  const value = facts.header.metadata.get(key);
  if (typeof value === 'number' && !(value >= 0 && value < 1)) {
    facts.malformed(key, `${value} is not between 0 and 1`);
  }
}

/** llama-model.cpp, load_hparams: n_expert, n_expert_used_max, n_expert_groups, n_group_used. */
function checkExperts(facts: ModelFacts, architecture: string, layers: number): void {
  const key = (name: string) => `${architecture}.${name}`;
  const experts = facts.optionalInteger(key('expert_count'), 0, MAX_EXPERTS) ?? 0;
  const dense = experts === 0 || (experts === 1 && /^hunyuan(_vl|-dense)$/.test(architecture));
  const usedKey = key('expert_used_count');
  const used = Math.max(0, ...(facts.perLayer(usedKey, layers, 0, U32_MAX) ?? []));
  const groupsKey = key('expert_group_count');
  const groups = facts.optionalInteger(groupsKey, 0, U32_MAX) ?? 0;
  if (dense) {
    if (experts === 0 && used > 0) facts.malformed(usedKey, `${used} experts are used, but there are none`);
    if (groups > 0) facts.malformed(groupsKey, 'there are groups of experts, but no experts');
    return;
  }
  if (used < 1 || used > experts) facts.malformed(usedKey, `${used} of ${experts} experts cannot be used`);
  if (groups >= experts) facts.malformed(groupsKey, `${experts} experts cannot form ${groups} groups`);
  if (groups <= 1) return;
  if (experts % groups !== 0) facts.malformed(groupsKey, `${groups} does not divide ${experts} experts`);
  facts.integer(key('expert_group_used_count'), 1, groups - 1);
}

/** llama-model.cpp: rope_scaling_type_train != UNSPECIFIED */
function checkRopeScaling(facts: ModelFacts, architecture: string): void {
  const key = `${architecture}.rope.scaling.type`;
  const type = facts.string(key);
  if (type !== undefined && !ropeScalingTypes.includes(type)) {
    facts.malformed(key, `"${shortText(type, 64)}" is not one of ${ropeScalingTypes.join(', ')}`);
  }
}
