const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * What the strict reader accepts. The strictest union of what llama.cpp v0.5.0, Ollama and @huggingface/gguf
 * check, with room for every model known to exist. Together they keep any header under 256 MiB.
 */
export const ggufLimits = {
  /** llama.cpp itself refuses 1 and anything above 3. */
  versions: [2, 3],
  /** Chat templates, the longest strings seen, stay under 200 KB. llama.cpp: 1 GiB, Ollama: 16 MiB. */
  stringBytes: 4 * MIB,
  /** An empty key is an assertion, and the end of the process, in llama.cpp (#24884). */
  keyBytes: 256,
  /** Largest known: merges of 514,906. llama.cpp: 2^30. */
  arrayElements: 2_000_000,
  /** Over all arrays, so that many full ones together stay a matter of milliseconds. */
  arrayElementsTotal: 4_000_000,
  /** Over all strings: what a header may take in memory. */
  stringBytesTotal: 64 * MIB,
  metadataEntries: 10_000,
  tensors: 100_000,
  /** `GGML_MAX_DIMS` */
  dimensions: 4,
  /** Zero is an assertion in llama-model-loader.cpp. */
  dimensionMax: 2 ** 32,
  /** `GGML_MAX_NAME` counts the closing zero byte. */
  tensorNameBytes: 63,
  alignmentDefault: 32,
  alignmentMin: 8,
  alignmentMax: 65_536,
  /** Processor time of parsing, waiting for bytes not counted. The limits above bound the work; this is the net. */
  parseMs: 200,
  /**
   * For headers above 1 MiB, ten times what they take here: Gemma 4's 15 MiB with 1.3 million elements took
   * 280 to 360 ms, and a slow computer must not make a good file look bad.
   */
  parseMsPerMib: 200,
} as const;

/** What the numbers of a model may be. */
export const modelLimits = {
  /** `LLAMA_MAX_LAYERS`; more is an assertion in llama-model.cpp. */
  layers: 512,
  trainedContext: 2 ** 24,
  embeddingLength: 2 ** 20,
  /** A larger template is refused before anything tries to render it. */
  chatTemplateBytes: 256 * KIB,
  /** `-00001-of-00999` */
  splitParts: 999,
} as const;
