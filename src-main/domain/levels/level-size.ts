import { ggmlTypeId, ggmlTypes } from '../gguf/ggml-types.ts';
import { parseLevel } from '../gguf/names.ts';

/** What the size of a file depends on beside its level. */
export interface SizedModel {
  parameters: number;
  vocabularySize: number;
  embeddingLength: number;
  /** The output matrix is the token embeddings once more. */
  isTied: boolean;
}

interface Recipe {
  /** Bits a weight of the layers. */
  layers: number;
  embeddings: string;
  output: string;
}

/**
 * From llama.cpp's own table of which tensor gets which type (`tests/snapshots`, v0.5.0, without imatrix), averaged over the layers of Llama 3.1
 * 70B and Qwen3 14B, which differ by less than 1 %. Norms are counted in.
 */
const recipes: ReadonlyMap<string, Recipe> = new Map(
  [
    ['F32', 32, 'F32', 'F32'],
    ['F16', 16.0004, 'F16', 'F16'],
    ['BF16', 16.0004, 'BF16', 'BF16'],
    ['Q8_0', 8.5006, 'Q8_0', 'Q8_0'],
    ['Q6_K', 6.5632, 'Q6_K', 'Q6_K'],
    ['Q5_K_M', 5.6521, 'Q5_K', 'Q6_K'],
    ['Q5_K_S', 5.5007, 'Q5_K', 'Q6_K'],
    ['Q5_1', 6.0007, 'Q5_1', 'Q6_K'],
    ['Q5_0', 5.5007, 'Q5_0', 'Q6_K'],
    ['Q4_K_M', 4.7971, 'Q4_K', 'Q6_K'],
    ['Q4_K_S', 4.5404, 'Q4_K', 'Q6_K'],
    ['Q4_1', 5.0007, 'Q4_1', 'Q6_K'],
    ['Q4_0', 4.5007, 'Q4_0', 'Q6_K'],
    ['IQ4_NL', 4.5476, 'IQ4_NL', 'Q6_K'],
    ['IQ4_XS', 4.3093, 'IQ4_XS', 'Q6_K'],
    ['Q3_K_L', 4.1888, 'Q3_K', 'Q6_K'],
    ['Q3_K_M', 3.8455, 'Q3_K', 'Q6_K'],
    ['Q3_K_S', 3.4484, 'Q3_K', 'Q6_K'],
    ['IQ3_M', 3.5768, 'IQ3_S', 'Q6_K'],
    ['IQ3_S', 3.4568, 'IQ3_S', 'Q6_K'],
    ['IQ3_XS', 3.2693, 'IQ3_S', 'Q6_K'],
    ['IQ3_XXS', 3.2085, 'IQ3_S', 'Q5_K'],
    ['Q2_K', 2.94, 'Q2_K', 'Q6_K'],
    ['Q2_K_S', 2.7185, 'Q2_K', 'Q6_K'],
    ['IQ2_M', 2.6869, 'IQ3_S', 'Q5_K'],
    ['IQ2_S', 2.4684, 'IQ3_S', 'Q5_K'],
    ['IQ2_XS', 2.352, 'Q2_K', 'Q5_K'],
    ['IQ2_XXS', 2.1137, 'Q2_K', 'Q5_K'],
    ['IQ1_M', 1.8405, 'Q2_K', 'Q5_K'],
    ['IQ1_S', 1.6766, 'Q2_K', 'Q5_K'],
    ['TQ2_0', 2.0633, 'Q4_K', 'Q6_K'],
    ['TQ1_0', 1.6883, 'Q4_K', 'Q6_K'],
  ].map(([level, layers, embeddings, output]) => [level, { layers, embeddings, output }] as [string, Recipe]),
);

/** What people leave out of a level's name. */
const usual: ReadonlyMap<string, string> = new Map([
  ['Q3_K', 'Q3_K_M'],
  ['Q4_K', 'Q4_K_M'],
  ['Q5_K', 'Q5_K_M'],
]);

/**
 * Bytes of a file of which only the level's name is known, within 3 % for models of usual shape; null for a level whose name
 * does not tell how it is made. A header, where it can be had, says it to the byte.
 */
export function sizeFromLevel(name: string, model: SizedModel): number | null {
  const recipe = recipeOf(name);
  if (!recipe) return null;
  const matrix = model.vocabularySize * model.embeddingLength;
  const inLayers = Math.max(0, model.parameters - matrix * (model.isTied ? 1 : 2));
  const ends = model.isTied ? bitsOf(recipe.output) : bitsOf(recipe.embeddings) + bitsOf(recipe.output);
  return Math.round((inLayers * recipe.layers + matrix * ends) / 8);
}

function recipeOf(name: string): Recipe | null {
  const level = parseLevel(name);
  if (!level || level.dynamic) return null;
  const { base, size } = level;
  if (size === null) return recipes.get(usual.get(base) ?? base) ?? null;
  // `Q6_K_L` and the like: embeddings and output at Q8_0.
  if (size !== 'L' && size !== 'XL') return null;
  const layers = recipes.get(base === 'Q3_K' ? 'Q3_K_L' : (usual.get(base) ?? base))?.layers;
  return layers === undefined ? null : { layers, embeddings: 'Q8_0', output: 'Q8_0' };
}

function bitsOf(typeName: string): number {
  const { blockElements = 1, blockBytes = 4 } = ggmlTypes.get(ggmlTypeId(typeName)) ?? {};
  return (blockBytes * 8) / blockElements;
}
