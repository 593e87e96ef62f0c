import { describe, expect, it } from 'vitest';
import { fileNameIn, withFileName } from '../../../../src-main/services/downloads/file-name-in-address.ts';

describe('the name of a file in an address', () => {
  it.each([
    ['https://example.org/models/a%20b.gguf?download=true', 'a b.gguf'],
    ['https://example.org/get?token=1&file=folder/x.GGUF', 'x.GGUF'],
    ['https://example.org/x.gguf?from=y.gguf', 'x.gguf'],
    ['https://example.org/latest', 'latest.gguf'],
    ['https://example.org/', 'model.gguf'],
    ['https://example.org/%E0%A4%A', '%E0%A4%A.gguf'],
  ])('%s', (address, name) => {
    expect(fileNameIn(new URL(address))).toBe(name);
  });

  it.each([
    ['https://example.org/m/x-1.gguf?token=1', 'https://example.org/m/x-2.gguf?token=1'],
    ['https://example.org/get?id=7&file=m/x-1.gguf', 'https://example.org/get?id=7&file=m%2Fx-2.gguf'],
    ['https://example.org/get?id=7', 'https://example.org/get?id=7'],
  ])('of another part of %s', (address, other) => {
    expect(withFileName(new URL(address), 'x-1.gguf', 'x-2.gguf').href).toBe(other);
  });

  it('stays to the letter where the name does', () => {
    const signed = 'https://example.org/x.gguf?Signature=a%2Bb/c~d';
    expect(withFileName(new URL(signed), 'x.gguf', 'x.gguf').href).toBe(signed);
  });
});
