import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRepositoryId } from '../../../src-main/contract/hub-reference.ts';
import { readModelAddress } from '../../../src-main/contract/model-address.ts';

const repository = (
  id: string,
  { level = null, path = null }: { level?: string | null; path?: string | null } = {},
) => ({
  kind: 'repository',
  repository: id,
  level,
  path,
});
const wrong = (why: string) => ({ kind: 'wrong', why });

describe('what is typed where a model is asked for', () => {
  it.each([
    [' qwen coder ', { kind: 'words', words: 'qwen coder' }],
    ['', { kind: 'words', words: '' }],
    ['a/b/c', { kind: 'words', words: 'a/b/c' }],
    ['hf:Qwen/Qwen3-8B-GGUF', repository('Qwen/Qwen3-8B-GGUF')],
    ['hf:Qwen/Qwen3-8B-GGUF:q4_k_m', repository('Qwen/Qwen3-8B-GGUF', { level: 'Q4_K_M' })],
    ['Qwen/Qwen3-8B-GGUF', repository('Qwen/Qwen3-8B-GGUF')],
    ['Qwen/Qwen3-8B-GGUF:Q4_K_M', repository('Qwen/Qwen3-8B-GGUF', { level: 'Q4_K_M' })],
    ['what is new: a/b', { kind: 'words', words: 'what is new: a/b' }],
    ['https://huggingface.co/Qwen/Qwen3-8B-GGUF/tree/main', repository('Qwen/Qwen3-8B-GGUF')],
    ['hf.co/Qwen/Qwen3-8B-GGUF', repository('Qwen/Qwen3-8B-GGUF')],
    [
      'https://huggingface.co/o/n/resolve/main/a%20b/x.gguf?download=true',
      repository('o/n', { path: 'a b/x.gguf' }),
    ],
    ['https://example.org/x.gguf?token=1#part', { kind: 'file', url: 'https://example.org/x.gguf?token=1' }],
    ['http://127.0.0.1:8080/x.gguf', { kind: 'file', url: 'http://127.0.0.1:8080/x.gguf' }],
    ['hf:owner', wrong('The name is missing')],
    ['hf:../x', wrong('The owner is not one that the Hub allows')],
    ['https://example.org/get?file=x.gguf', { kind: 'file', url: 'https://example.org/get?file=x.gguf' }],
    ['https://user:pw@example.org/x.gguf', wrong('It holds a user name or a password')],
    [
      'https://huggingface.co/datasets/some/set',
      wrong('It does not lead to a repository or a .gguf file on the Hub'),
    ],
    [
      'https://huggingface.co/o/n/blob/main/README.md',
      wrong('It does not lead to a repository or a .gguf file on the Hub'),
    ],
    ['https://', wrong('It is not an address')],
    ['x'.repeat(201), wrong('A search takes 200 letters at most')],
    [
      'http://example.org/x.gguf',
      wrong('It does not begin with https://, so others on the way could hand out another file'),
    ],
    [
      'file:///etc/passwd.gguf',
      wrong('It does not begin with https://, so others on the way could hand out another file'),
    ],
  ])('%j', (typed, expected) => {
    expect(readModelAddress(typed)).toEqual(expected);
  });

  it('never throws, and names only repositories that the Hub allows and https files', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.stringMatching(/^(?:hf:|https:\/\/(?:huggingface\.co\/|x\/)?)[\w./:%?#@-]{0,40}$/),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const read = readModelAddress(text);
        if (read.kind === 'repository') expect(isRepositoryId(read.repository)).toBe(true);
        if (read.kind === 'file')
          expect(read.url).toMatch(/^(?:https:|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\]))/);
      }),
      { numRuns: 10_000 },
    );
  });
});
