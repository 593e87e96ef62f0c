import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHubName } from '../../../../src-main/contract/hub-reference.ts';
import { ProblemError } from '../../../../src-main/contract/problem.ts';
import { parseHubReference } from '../../../../src-main/services/hub/reference.ts';

function reasonOf(text: string): string {
  try {
    parseHubReference(text);
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'hub.badReference') return error.problem.why;
    throw error;
  }
  return 'accepted';
}

describe('a reference', () => {
  it.each([
    [
      'hf:bartowski/Llama-3.2-1B-Instruct-GGUF',
      { owner: 'bartowski', name: 'Llama-3.2-1B-Instruct-GGUF', level: null },
    ],
    ['hf:Qwen/Qwen3-0.6B-GGUF:q8_0', { owner: 'Qwen', name: 'Qwen3-0.6B-GGUF', level: 'Q8_0' }],
    ['hf:_a/b_:UD-Q2_K_XL', { owner: '_a', name: 'b_', level: 'UD-Q2_K_XL' }],
  ])('%s is read', (text, expected) => {
    expect(parseHubReference(text)).toEqual(expected);
  });

  it.each([
    ['owner/name', 'It does not begin with hf:.'],
    ['hf:', 'The owner is missing.'],
    ['hf:name', 'The name is missing.'],
    ['hf:/name', 'The owner is missing.'],
    ['hf:owner/', 'The name is missing.'],
    ['hf:owner/name/file.gguf', 'After the name of the repository there is another /.'],
    ['hf:owner/..', 'The name is not one that the Hub allows.'],
    ['hf:../name', 'The owner is not one that the Hub allows.'],
    ['hf:owner/a..b', 'The name is not one that the Hub allows.'],
    ['hf:owner/a--b', 'The name is not one that the Hub allows.'],
    ['hf:owner/name.git', 'The name is not one that the Hub allows.'],
    ['hf:owner/-name', 'The name is not one that the Hub allows.'],
    ['hf:owner/na me', 'The name is not one that the Hub allows.'],
    ['hf:owner/name?x=1', 'The name is not one that the Hub allows.'],
    ['hf:owner/%2e%2e', 'The name is not one that the Hub allows.'],
    ['hf:owner/näme', 'The name is not one that the Hub allows.'],
    [`hf:owner/${'a'.repeat(97)}`, 'The name is not one that the Hub allows.'],
    ['hf:owner/name\n', 'The name is not one that the Hub allows.'],
    ['hf:owner/name:', 'What follows the colon is no level such as Q4_K_M.'],
    ['hf:owner/name:Q4/K', 'What follows the colon is no level such as Q4_K_M.'],
    ['hf:owner/name:Q4_0:Q8_0', 'It has more than one level.'],
  ])('%j is refused', (text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });

  it('that is read names one repository below the endpoint, whatever was typed', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.stringMatching(/^[\w./:%\\-]{0,40}$/),
    );
    fc.assert(
      fc.property(typed, (text) => {
        if (reasonOf(`hf:${text}`) !== 'accepted') return;
        const { owner, name } = parseHubReference(`hf:${text}`);
        const url = new URL(`https://huggingface.co/api/models/${owner}/${name}`);
        expect(url.pathname).toBe(`/api/models/${owner}/${name}`);
        expect(url.search + url.hash).toBe('');
      }),
      { numRuns: 10_000 },
    );
  });

  it('to a name that the Hub allows is read as it was written', () => {
    const hubName = fc.stringMatching(/^\w[\w.-]{0,30}\w$/).filter(isHubName);
    fc.assert(
      fc.property(hubName, hubName, fc.constantFrom(null, 'Q4_K_M', 'IQ2_XXS'), (owner, name, level) => {
        expect(parseHubReference(`hf:${owner}/${name}${level ? `:${level}` : ''}`)).toEqual({
          owner,
          name,
          level,
        });
      }),
    );
  });
});
