import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitName } from '../../../../src-main/domain/gguf/names.ts';
import { hubModels } from '../../../../src-main/services/hub/hub-models.ts';
import { licenceOf } from '../../../../src-main/services/hub/popularity.ts';

const listed = (path: string, sizeBytes = 1) => ({ path, sizeBytes, sha256: null });

describe('the models of a repository', () => {
  it('are whole, whatever the order of the parts, and parts of other models stay apart', () => {
    const folders = fc.constantFrom('', 'a/', 'a/b/');
    const split = fc.record({
      folder: folders,
      name: fc.constantFrom('M-Q4_0', 'M-F16'),
      count: fc.integer({ min: 2, max: 5 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(split, { maxLength: 5, selector: (one) => JSON.stringify(one) }),
        fc.integer(),
        (models, seed) => {
          const files = models.flatMap(({ folder, name, count }) =>
            Array.from({ length: count }, (_, index) =>
              listed(splitName(folder + name, index + 1, count), count),
            ),
          );
          const shuffled = files.toSorted((a, b) => hash(a.path, seed) - hash(b.path, seed));
          const found = hubModels('o/n', 'c0ffee', shuffled);
          expect(
            found.map(({ path, sizeBytes, missingParts }) => [path, sizeBytes, missingParts]).toSorted(),
          ).toEqual(
            models
              .map(({ folder, name, count }) => [splitName(folder + name, 1, count), count * count, []])
              .toSorted(),
          );
        },
      ),
    );
  });

  it('are never more parts than a model may have', () => {
    expect(hubModels('o/n', 'c', [listed('M-00001-of-99999.gguf')])).toMatchObject([{ missingParts: [] }]);
  });

  it('have paths that stay inside a folder', () => {
    const path = fc.array(fc.constantFrom('..', '.', '/', '\\', 'a', ':', '\0', '\u202e', 'ä', ' '), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(path, (pieces) => {
        for (const { path: found } of hubModels('o/n', 'c', [listed(`${pieces.join('')}.gguf`)])) {
          expect(new URL(found, 'https://host/folder/').pathname.startsWith('/folder/')).toBe(true);
          expect(found).not.toMatch(/[\0\\:\u202e]|(^|\/)\.{0,2}(\/|$)/);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('the licence', () => {
  it.each([
    [{ cardData: { license: 'mit' } }, 'mit'],
    [{ cardData: { license: ['mit', 'apache-2.0'] } }, 'mit, apache-2.0'],
    [{ cardData: null, tags: ['gguf', 'license:llama3.2'] }, 'llama3.2'],
    [{ cardData: { license: 'a\u001b[31m\nb' } }, 'a [31m b'],
    [{}, null],
  ])('of %j is %j', (page, expected) => {
    expect(licenceOf(page)).toBe(expected);
  });
});

function hash(text: string, seed: number): number {
  return [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, seed);
}
