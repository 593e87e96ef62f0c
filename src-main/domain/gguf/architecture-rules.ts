/** Assertions of single architectures of llama.cpp v0.5.0, from `load_arch_*` in src/models and `ggml_rope_multi`. */
import type { ModelFacts } from './model-facts.ts';

const U32_MAX = 2 ** 32 - 1;

/** "n_expert must be > 0" */
const onlyWithExperts = new Set([
  'bailingmoe2',
  'glm4moe',
  'grovemoe',
  'lfm2moe',
  'llada-moe',
  'smallthinker',
]);

/** ggml-cpu/ops.cpp: one of the first three sections of a multi-axis rotary embedding is above 0. */
const withRopeSections = new Set([
  ...['qwen2vl', 'paddleocr', 'qwen3vl', 'qwen3vlmoe', 'qwen35', 'qwen35moe', 'qwen4exp'],
]);

/** 2 * n_embd == d_inner */
const withDoubleInnerSize = new Set(['jamba', 'granitehybrid']);

export function checkArchitectureRules(
  facts: ModelFacts,
  architecture: string,
  layers: number,
  embeddingLength: number,
): void {
  const key = (name: string) => `${architecture}.${name}`;
  if (onlyWithExperts.has(architecture)) {
    facts.integer(key('expert_count'), 1, U32_MAX);
    const used = facts.perLayer(key('expert_used_count'), layers, 0, U32_MAX) ?? [];
    if (Math.max(0, ...used) === 0) facts.malformed(key('expert_used_count'), 'no expert is used');
  }
  if (architecture === 'grovemoe') facts.integer(key('experts_per_group'), 1, U32_MAX);
  if (withRopeSections.has(architecture)) checkRopeSections(facts, key('rope.dimension_sections'));
  if (withDoubleInnerSize.has(architecture)) {
    facts.integer(key('ssm.inner_size'), 2 * embeddingLength, 2 * embeddingLength);
  }
}

function checkRopeSections(facts: ModelFacts, key: string): void {
  const sections = facts.header.metadata.get(key);
  const firstThree = typeof sections === 'object' ? [0, 1, 2].map((index) => sections.at(index)) : [];
  const used = firstThree.some((section) => Number(section) > 0);
  if (!used) facts.malformed(key, 'it has no section above 0');
}
