import fc from 'fast-check';
import { expect, test } from 'vitest';
import { terminalJson, terminalLine, terminalText } from '../../../../src-main/shells/cli/terminal-text.ts';

/** What a terminal obeys, or shows in another order than it is written. */
const isCommand = (character: string) => {
  const code = character.codePointAt(0) ?? 0;
  const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const isBidi = [0x61c, 0x200e, 0x200f].includes(code) || (code >= 0x202a && code <= 0x202e);
  return isControl || isBidi || (code >= 0x2066 && code <= 0x2069);
};
const texts = fc.string({
  unit: fc.oneof(
    fc.integer({ min: 0, max: 0x20ff }).map((code) => String.fromCharCode(code)),
    fc.string({ unit: 'grapheme' }),
  ),
});

test('nothing that a terminal obeys is left but line feeds and tabs, and everything else stays', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const shown = terminalText(text);
      expect([...shown].filter((each) => isCommand(each) && each !== '\n' && each !== '\t')).toEqual([]);
      expect([...terminalLine(text)].filter(isCommand)).toEqual([]);
      const plain = (each: string) => !isCommand(each) && !/[\u2028\u2029\ufffd]/.test(each);
      expect([...shown].filter(plain)).toEqual([...text].filter(plain));
    }),
    { numRuns: 3000 },
  );
});

test('a text is the same in one piece or in many', () => {
  fc.assert(
    fc.property(fc.array(texts), (parts) => {
      expect(parts.map(terminalText).join('')).toBe(terminalText(parts.join('')));
    }),
  );
});

test('JSON says the same with escapes', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const json = terminalJson(JSON.stringify({ text }, null, 2));
      expect(JSON.parse(json)).toEqual({ text });
      expect([...json].filter((each) => isCommand(each) && each !== '\n')).toEqual([]);
    }),
  );
});

test('a name cannot set the title, clear the screen or turn the rest of the line around', () => {
  expect(terminalLine('\u001b]0;owned\u0007\u009b2Jname\u202egpj.exe\nnext\trow')).toBe(
    '\ufffd]0;owned\ufffd\ufffd2Jname\ufffdgpj.exe\ufffdnext\ufffdrow',
  );
  expect(terminalText('two\r\nlines, 日本語 👩‍💻')).toBe('two\nlines, 日本語 👩‍💻');
});
