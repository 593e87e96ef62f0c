import type { TensorGroup } from '../../../contract/model-details.ts';
import { ggmlTypes } from '../ggml-types.ts';
import type { GgufTensor } from '../types.ts';

type Group = TensorGroup['group'];

/** By the tensor's name, from llama-arch.cpp of llama.cpp v0.5.0; the first that matches counts. */
const patterns: readonly (readonly [pattern: RegExp, group: Group])[] = [
  [/norm/, 'norms'],
  [/^(token_embd|per_layer_token_embd|token_types|position_embd)\b/, 'embeddings'],
  [/^output\b/, 'output'],
  [/\.ffn_.*(exps|shexp|gate_inp|chexps)|exp_probs/, 'experts'],
  [/\.ffn_|\.channel_mix_/, 'feedForward'],
  [/\.(attn_|cross_attn|indexer)/, 'attention'],
  [/\.(ssm_|time_mix_|shortconv)/, 'state'],
];

/** Where the bytes of a model are and how they are quantized, the largest group first. */
export function tensorGroups(tensors: readonly GgufTensor[]): TensorGroup[] {
  const groups = Map.groupBy(tensors, ({ name }) => groupOf(name));
  return [...groups]
    .map(([group, members]) => ({
      group,
      tensors: members.length,
      sizeBytes: sumBytes(members),
      types: typesOf(members),
    }))
    .sort(largestFirst);
}

function groupOf(name: string): Group {
  return patterns.find(([pattern]) => pattern.test(name))?.[1] ?? 'other';
}

function typesOf(tensors: readonly GgufTensor[]): TensorGroup['types'] {
  return [...Map.groupBy(tensors, ({ type }) => type)]
    .map(([type, members]) => ({
      type: ggmlTypes.get(type)?.name ?? String(type),
      tensors: members.length,
      sizeBytes: sumBytes(members),
    }))
    .sort(largestFirst);
}

function sumBytes(tensors: readonly GgufTensor[]): number {
  return tensors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function largestFirst(a: { sizeBytes: number }, b: { sizeBytes: number }): number {
  return b.sizeBytes - a.sizeBytes;
}
