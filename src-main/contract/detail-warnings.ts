/** What a person should know of a model before relying on it, by what its header lacks or says. */
export const warningWords = {
  /** Answers are made with a plain template. */
  noChatTemplate: 'It brings no chat template. Nibble uses a plain one, and answers may suffer.',
  /** The tokenizer names no rule for cutting text apart. */
  noPreTokenizer:
    'Its tokenizer does not say how text is cut apart. Files made before May 2024 answer worse for it; a newer file of the same model is better.',
  noEndToken: 'No token of it ends an answer, so answers may run on until they are stopped.',
  /** Tokens of the vocabulary have broken bytes or no text. */
  damagedTokenizer: 'Its vocabulary has broken tokens: it was damaged or converted wrongly.',
  /** Quantized with a type that newer ones replace (Q4_0, Q4_1, Q5_0, Q5_1), without being trained for it. */
  olderQuantization: 'It uses an older quantization. At the same size, a K-quant such as Q4_K_M loses less.',
  noImportanceMatrix:
    'It was quantized below 4 bits without an importance matrix; with one, it would lose less.',
  noLicence: 'It does not say under which licence it may be used. Look at the page it came from.',
} as const;
