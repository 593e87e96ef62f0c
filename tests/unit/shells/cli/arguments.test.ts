import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../../src-main/shells/cli/arguments.ts';
import { ProblemError } from '../../../../src-main/contract/problem.ts';
import { UsageError } from '../../../../src-main/shells/cli/usage.ts';

describe('parseArguments', () => {
  it('reads every option of chat', () => {
    const line =
      'chat --model m.gguf --prompt Hi --system S --temperature 0 --max-tokens 9 --seed 0 --context 512 --json';
    expect(parseArguments(line.split(' '))).toEqual({
      command: 'chat',
      json: true,
      dataDir: undefined,
      sources: [],
      wishes: {},
      file: 'm.gguf',
      contextSize: 512,
      prompt: 'Hi',
      systemPrompt: 'S',
      temperature: 0,
      maxTokens: 9,
      seed: 0,
    });
  });

  it('reads plan with its file, and help from anywhere', () => {
    expect(parseArguments(['plan', 'a b.gguf', '--context', '4096'])).toMatchObject({
      command: 'plan',
      sources: ['a b.gguf'],
      contextSize: 4096,
    });
    const line = 'plan a hf:b/c --cache-k Q8_0 --reserve-mib 0 --min-speed 2.5 --machine m.json';
    expect(parseArguments(line.split(' '))).toMatchObject({
      sources: ['a', 'hf:b/c'],
      wishes: { cacheTypeK: 'q8_0', reserveMib: 0, minTokensPerSecond: 2.5 },
      machine: 'm.json',
      beside: undefined,
    });
    expect(parseArguments('plan a --adapter b --draft c --adapter d'.split(' '))).toMatchObject({
      sources: ['a'],
      beside: { draft: 'c', adapters: ['b', 'd'] },
    });
    expect(() => parseArguments(['plan', 'a', '--cache-v', 'q9'])).toThrow(ProblemError);
    expect(
      parseArguments(['models', 'search', 'qwen', 'coder', '--sort', 'date', '--limit', '5']),
    ).toMatchObject({ action: 'search', sources: ['qwen', 'coder'], sort: 'date', limit: 5 });
    expect(parseArguments(['chat', '--help'])).toBe('help');
    expect(parseArguments(['--version'])).toBe('version');
  });

  it.each([
    [[], 'A command is missing.'],
    [['cook'], 'There is no command "cook".'],
    [['plan'], '"plan" needs a FILE.'],
    [['hardware', 'b'], '"b" is one argument too many.'],
    [['plan', 'a', '--reserve-mib=-1'], '--reserve-mib takes a number from 0 to 1048576, not "-1".'],
    [['chat'], '"chat" needs --prompt TEXT.'],
    [['hardware', '--seed', '1'], '"hardware" takes no --seed.'],
    [['hardware', '--unknown'], "Unknown option '--unknown'."],
    [
      ['chat', '--prompt', 'x', '--temperature', 'hot'],
      '--temperature takes a number from 0 to 5, not "hot".',
    ],
    [['chat', '--prompt', 'x', '--max-tokens', '1.5'], '--max-tokens takes a whole number, not "1.5".'],
    [['plan', 'a', '--context', '1'], '--context takes a number from 256 to 16777216, not "1".'],
    [
      ['models', 'search', 'qwen', '--sort', 'size'],
      '--sort takes one of trend, downloads, date, not "size".',
    ],
    [['models', 'search', 'qwen', '--limit', '101'], '--limit takes a number from 1 to 100, not "101".'],
    [['models', 'search', 'x'.repeat(201)], '"models search" takes 200 letters at most.'],
    [['models', 'list', '--limit', '1'], '"models list" takes no --limit.'],
    [['models', 'show', 'x', '--move'], '"models show" takes no --move.'],
  ])('refuses %j', (argv, sentence) => {
    expect(() => parseArguments(argv)).toThrow(new UsageError(sentence));
  });

  it('never throws anything but a UsageError', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('chat', 'plan', '--json', '--prompt'))),
        (argv) => {
          try {
            parseArguments(argv);
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
          }
        },
      ),
    );
  });
});
