import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TemplateRenderer } from '../../../src-main/engine/template-renderer.ts';
import { builtInModel, ChildClient, user } from './child-client.ts';

const bombs = {
  'a long loop': '{% for i in range(10000000) %}{% endfor %}',
  'nested loops': '{% for i in range(3000) %}{% for j in range(3000) %}{% endfor %}{% endfor %}',
  'a huge list': '{% set x = range(1000000000) %}',
  'a growing text':
    "{% set ns = namespace(t='x') %}{% for i in range(60) %}{% set ns.t = ns.t + ns.t %}{% endfor %}{{ ns.t }}",
  'nothing of the chat': 'hello',
  'bad syntax': '{% for %}',
  'an exception': "{{ raise_exception('no') }}",
};

/** The built-in model with another template of the same length. */
async function modelWithTemplate(path: string, template: string): Promise<string> {
  const bytes = await readFile(builtInModel);
  const start = bytes.indexOf('{% for message in messages %}');
  const end = bytes.indexOf('{% endif %}', start) + '{% endif %}'.length;
  const room = end - start - template.length;
  // A comment of Jinja fills the rest.
  bytes.write(`{#${' '.repeat(room - 4)}#}${template}`, start);
  await writeFile(path, bytes);
  return path;
}

describe('chat templates', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nibble-template-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(Object.entries(bombs))(
    'with %s fail within the limit and leave the renderer usable',
    async (_, template) => {
      const renderer = new TemplateRenderer();
      const input = { messages: [{ role: 'user', text: 'Hi' }] as const, bosToken: '', eosToken: '' };
      await expect(renderer.render({ ...input, template })).rejects.toThrow(/./);
      const good = '{% for m in messages %}{{ m.content }}{% endfor %}!';
      const { segments } = await renderer.render({ ...input, template: good });
      expect(segments.map(({ text }) => text)).toEqual(['Hi', '!']);
      await renderer.dispose();
    },
  );

  it('that never end are replaced by a plain one: the answer comes, with a note', async () => {
    const bomb = '{% for i in range(99999999) %}{% endfor %}';
    const path = await modelWithTemplate(join(folder, 'bomb.gguf'), bomb);
    await using child = await ChildClient.start();
    await child.load(path);
    const result = await child.generate([user('What is 3 + 4?')]).result;
    expect(result.text).toBe('3 + 4 = 7');
    expect(result.note).toMatchObject({ code: 'chat.templateFailed' });
    expect(result.firstTokenMs).toBeLessThan(2000);
  });

  it('that open the reasoning themselves give reasoning without its marker', async () => {
    const opened =
      '{% for m in messages %}<|im_start|>{{m.role}}\n{{m.content}}<|im_end|>\n{% endfor %}<|im_start|>assistant\n<think>';
    const path = await modelWithTemplate(join(folder, 'think.gguf'), opened);
    await using child = await ChildClient.start();
    await child.load(path);
    const result = await child.generate([
      { role: 'system', text: 'Think step by step before answering.' },
      user('What is 12 + 30?'),
    ]).result;
    expect(result.text).toBe('12 + 30 = 42');
    expect(result.reasoning).toMatch(/^\nOnes: .*Result: 42\.\n$/s);
  });
});
