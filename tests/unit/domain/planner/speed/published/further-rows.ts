import { GB, machineOf, onOneDevice, type PublishedRow } from './row.ts';
import {
  llama2,
  llama2Q8,
  llama8bQ4,
  mistralQ40,
  p40Shape,
  qwen2,
  qwen35,
  tinyLlama,
  tinyLlamaQ40,
} from './shapes.ts';

/** Models of llmfit#778: tied embeddings are the output layer as well. Published file sizes. */
const rtx2080 = (
  [
    ['Llama 3.2 1B', { weightsBytes: 0.8 * GB, weights: 1.24e9, layers: 16, cacheBytes: 32_768 }, 304.3],
    ['Llama 3.2 3B', { weightsBytes: 2.01 * GB, weights: 3.21e9, layers: 28, cacheBytes: 114_688 }, 140.3],
    ['Qwen3 4B', { weightsBytes: 2.49 * GB, weights: 4.02e9, layers: 36, cacheBytes: 147_456 }, 110.6],
    ['Llama 3.1 8B', llama8bQ4, 71.9],
    ['Qwen3 8B', { weightsBytes: 4.68 * GB, weights: 7.57e9, layers: 36, cacheBytes: 147_456 }, 69.3],
    ['Mistral 7B v0.3', { weightsBytes: 4.3 * GB, weights: 7.11e9, layers: 32, cacheBytes: 131_072 }, 77.8],
    ['Qwen2.5 7B', qwen2, 77],
  ] as const
).map(([label, shape, tokensPerSecond]): PublishedRow => ({
  label: `${label} Q4_K_M`,
  set: 'llmfit#773, #778, RTX 2080',
  fitted: true,
  machine: machineOf('NVIDIA GeForce RTX 2080', 'cuda'),
  input: onOneDevice(shape, 'Q4_K_M', true),
  depth: 200,
  tokensPerSecond,
}));

const fittedSets = [
  'llama.cpp#26284, Radeon RX 7900 XTX',
  'geerlingguy#43, GeForce RTX 4090',
  'llama.cpp#4766, Tesla P40',
  'llama.cpp#2917, Apple M2 Ultra',
  // The layer time of cards is the middle of these and others.
  'dmatora#12, GeForce RTX 3080',
  'geerlingguy#40, GeForce RTX 3060',
  'geerlingguy#46, GeForce RTX 2080 Ti',
  'pavlokhmel.com, A100-SXM4-80GB',
  'pavlokhmel.com, H100 80GB HBM3',
  'pavlokhmel.com, H200',
  'pavlokhmel.com, Tesla V100',
];
const others = (
  [
    ['Apple M3 Pro', 'metal', 'llama.cpp#5021', 'Llama 3 8B', 'Q4_K_M', llama8bQ4, 64, 25.75, true],
    ['Apple M4', 'metal', 'normiebench#3', 'Llama 3.1 8B', 'Q4_K_M', llama8bQ4, 64, 20.87, true],
    ['Apple M5', 'metal', 'llama.cpp#16634', 'Mistral 7B', 'Q4_0', mistralQ40, 64, 26.59, true],
    ['Apple M5', 'metal', 'llama.cpp#16634', 'TinyLlama 1.1B', 'Q4_0', tinyLlamaQ40, 64, 149.69, true],
    ['Apple M2 Ultra', 'metal', 'llama.cpp#2917', 'Llama 2 7B', 'Q8_0', llama2Q8, 64, 62.05, false],
    ['Apple M2 Ultra', 'metal', 'llama.cpp#2917', 'Llama 2 7B', 'Q4_0', llama2, 64, 88.54, false],
    ['A100-SXM4-80GB', 'cuda', 'pavlokhmel.com', 'Qwen3.5 9B', 'Q4_K_M', qwen35, 256, 123, true],
    ['H100 80GB HBM3', 'cuda', 'pavlokhmel.com', 'Qwen3.5 9B', 'Q4_K_M', qwen35, 256, 190, true],
    ['H200', 'cuda', 'pavlokhmel.com', 'Qwen3.5 9B', 'Q4_K_M', qwen35, 256, 197, true],
    ['Tesla V100', 'cuda', 'pavlokhmel.com', 'Qwen3.5 9B', 'Q4_K_M', qwen35, 256, 85, true],
    ['GeForce RTX 4080', 'cuda', 'pavlokhmel.com', 'Qwen3.5 9B', 'Q4_K_M', qwen35, 256, 105, true],
    ['GeForce RTX 4090', 'cuda', 'pavlokhmel.com', 'Qwen3.5 9B', 'Q4_K_M', qwen35, 256, 137, true],
    ['GeForce GTX 1080', 'cuda', 'pavlokhmel.com', 'Qwen3.5 9B', 'Q4_K_M', qwen35, 256, 28, true],
    ['Apple M1', 'metal', 'pavlokhmel.com', 'Qwen3.5 9B', 'Q4_K_M', qwen35, 256, 9, true],
    ['Apple M5', 'metal', 'pavlokhmel.com', 'Qwen3.5 9B', 'Q4_K_M', qwen35, 256, 22, true],
    ['Radeon RX 7900 XTX', 'cuda', 'llama.cpp#26284', 'Llama 3 8B', 'Q4_K_M', llama8bQ4, 32, 105.75, true],
    ['Radeon RX 7900 XTX', 'cuda', 'llama.cpp#26284', 'Llama 3 8B', 'Q4_K_M', llama8bQ4, 4128, 98.67, true],
    ['GeForce RTX 3080', 'cuda', 'dmatora#12', 'Llama 3.1 8B', 'Q4_K_M', llama8bQ4, 64, 111.95, false],
    [
      'GeForce RTX 3060',
      'vulkan',
      'geerlingguy#40',
      'TinyLlama 1.1B',
      'Q4_K_M',
      tinyLlama,
      64,
      279.05,
      false,
    ],
    [
      'GeForce RTX 2080 Ti',
      'vulkan',
      'geerlingguy#46',
      'TinyLlama 1.1B',
      'Q4_K_M',
      tinyLlama,
      64,
      424.32,
      false,
    ],
    [
      'GeForce RTX 4090',
      'vulkan',
      'geerlingguy#43',
      'TinyLlama 1.1B',
      'Q4_K_M',
      tinyLlama,
      64,
      762.37,
      false,
    ],
    ['Tesla P40', 'cuda', 'llama.cpp#4766', 'Llama 2 7B', 'Q4_0', p40Shape(3.56, 4.5), 64, 56.79, false],
    ['Tesla P40', 'cuda', 'llama.cpp#4766', 'Llama 2 7B', 'Q4_1', p40Shape(3.95, 5), 64, 55.52, false],
    ['Tesla P40', 'cuda', 'llama.cpp#4766', 'Llama 2 7B', 'Q4_K_S', p40Shape(3.59, 4.5), 64, 54.23, false],
  ] as const
).map(([device, backend, source, model, level, shape, depth, tokensPerSecond, flash]): PublishedRow => ({
  label: `${model} ${level} at ${depth}`,
  set: `${source}, ${device}`,
  fitted: fittedSets.includes(`${source}, ${device}`),
  machine: machineOf(device, backend),
  input: onOneDevice(shape, level, flash),
  depth,
  tokensPerSecond,
}));

/** From elsewhere, with their sources. */
export const furtherRows: readonly PublishedRow[] = [...rtx2080, ...others];
