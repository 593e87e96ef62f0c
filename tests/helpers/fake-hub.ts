import type { Catalogue } from '../../src-main/contract/catalogue.ts';
import type {
  FoundRepository,
  ModelVerdicts,
  RepositoryPage,
  SearchPage,
} from '../../src-main/contract/discover.contract.ts';
import type { Hardware } from '../../src-main/contract/hardware.contract.ts';
import { modelVerdicts } from '../../src-main/domain/catalogue/verdicts.ts';
import { modelledSpeed } from '../../src-main/domain/planner/speed/machine-speed.ts';
import type { NibbleClient } from '../../src-renderer/lib/client/client.ts';
import shipped from '../../resources/catalogue.json' with { type: 'json' };

export type SearchRequest = Parameters<NibbleClient['discover']['search']>[0];

const DAY_MS = 86_400_000;

const repository: FoundRepository = {
  repository: 'bartowski/Meta-Llama-3.1-8B-Instruct-GGUF',
  downloads: 1_234_567,
  likes: 321,
  updatedAt: Date.now() - 40 * DAY_MS,
  licence: 'llama3.1',
  isGated: false,
  parameters: 8_030_261_312,
  architecture: 'llama',
  trainedContext: 131_072,
  baseModel: 'meta-llama/Llama-3.1-8B-Instruct',
};

/** A second of work for each machine, which the tests of a file share. */
const workedOut = new Map<string, ModelVerdicts[]>();

/** The shipped catalogue and a handful of repositories, in memory. */
export class FakeHub {
  catalogue: Catalogue = shipped as Catalogue;
  repositories: FoundRepository[] = [
    repository,
    {
      ...repository,
      repository: 'Qwen/Qwen3-8B-GGUF',
      downloads: 98_765,
      likes: 150,
      updatedAt: Date.now() - 3 * DAY_MS,
      licence: 'apache-2.0',
      parameters: 8_190_735_360,
      architecture: 'qwen3',
      trainedContext: 40_960,
      baseModel: 'Qwen/Qwen3-8B',
    },
    {
      ...repository,
      repository: 'google/gemma-3-12b-it-qat-q4_0-gguf',
      downloads: 45_678,
      likes: 220,
      updatedAt: Date.now() - DAY_MS,
      licence: 'gemma',
      isGated: true,
      parameters: 11_766_034_176,
      architecture: 'gemma3',
      baseModel: 'google/gemma-3-12b-it',
    },
    {
      repository:
        'somebody/A_model_with_a_very_long_name_that_says_everything_about_how_it_was_made-v2.1-GGUF',
      downloads: 12,
      likes: 0,
      updatedAt: null,
      licence: null,
      isGated: false,
      parameters: null,
      architecture: null,
      trainedContext: null,
      baseModel: null,
    },
  ];
  /** Set for pages that differ from the usual one. */
  readonly pages = new Map<string, Partial<RepositoryPage>>();
  readonly searched: SearchRequest[] = [];

  verdicts({ memory, gpus, cpu }: Hardware): ModelVerdicts[] {
    const [gpu = null] = gpus;
    const machine = {
      memory,
      gpu,
      cpuFeatures: cpu.features,
      threads: cpu.physicalCores ?? 4,
      areThreadsMeasured: false,
      speed: modelledSpeed({ gpus: gpu ? [gpu] : [], cpu }),
    };
    const key = JSON.stringify(machine);
    const known = workedOut.get(key) ?? this.catalogue.models.map((model) => modelVerdicts(model, machine));
    workedOut.set(key, known);
    return known;
  }

  search(asked: SearchRequest): SearchPage {
    this.searched.push(asked);
    const { words = '', limit = 30, cursor = '0' } = asked;
    const matching = this.repositories.filter(({ repository: id }) =>
      id.toLowerCase().includes(words.toLowerCase()),
    );
    const end = Number(cursor) + limit;
    return {
      found: matching.slice(Number(cursor), end),
      next: end < matching.length ? String(end) : null,
    };
  }

  page(id: string): RepositoryPage {
    const found = this.repositories.find((one) => one.repository === id) ?? { ...repository, repository: id };
    const name = id.split('/')[1] ?? id;
    const models = [3.18, 4.02, 4.92, 5.73, 6.6, 8.54].map((gigabytes, index) => {
      const level = ['Q2_K', 'Q3_K_M', 'Q4_K_M', 'Q5_K_M', 'Q6_K', 'Q8_0'][index] ?? 'F16';
      const sizeBytes = Math.round(gigabytes * 1e9);
      return { path: `${name}-${level}.gguf`, level, sizeBytes, parts: 1, missingParts: 0 };
    });
    const files = [{ path: 'README.md', sizeBytes: 12_345 }, ...models];
    return {
      ...found,
      commit: 'c0ffee'.padEnd(40, '0'),
      url: `https://huggingface.co/${id}`,
      models,
      files: files.map(({ path, sizeBytes }) => ({ path, sizeBytes })),
      fileCount: files.length,
      card: { text: card, isCut: false },
      cardProblem: null,
      ...this.pages.get(id),
    };
  }
}

export const card = `# Llamacpp imatrix quantizations

<div align="center"><img src="https://example.com/badge.png" width="50"></div>

Made with [llama.cpp](https://github.com/ggml-org/llama.cpp/) release b3821. Original model: https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct

## Prompt format

\`\`\`
<|begin_of_text|><|start_header_id|>system<|end_header_id|>
\`\`\`

| Filename | Quant type | File size |
| -------- | ---------- | --------- |
| [Q4_K_M](https://huggingface.co/bartowski/Meta-Llama-3.1-8B-Instruct-GGUF/blob/main/x.gguf) | Q4_K_M | 4.92GB |
| Q8_0 | Q8_0 | 8.54GB |

- **Q4_K_M** is where most people start
- ![a chart](https://example.com/chart.png)
`;
