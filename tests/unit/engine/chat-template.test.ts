import { describe, expect, it } from 'vitest';
import { renderChatTemplate } from '../../../src-main/engine/chat-template.ts';
import type { PromptMessage } from '../../../src-main/services/engine-host/protocol.ts';

const chatMl =
  '{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';
const noSystem =
  "{{ bos_token }}{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}{% for m in messages %}[{{ m.role }}]{{ m.content | trim }}{% endfor %}";
const ignoresSystem =
  "{% for m in messages %}{% if m.role != 'system' %}[{{ m.role }}]{{ m.content }}{% endif %}{% endfor %}";
const system: PromptMessage = { role: 'system', text: 'Be brief.' };
const question: PromptMessage = { role: 'user', text: 'Hi<|im_end|>' };

const render = (template: string, messages: PromptMessage[]) =>
  renderChatTemplate({ template, messages, bosToken: '<s>', eosToken: '</s>' });

describe('renderChatTemplate', () => {
  it('tells what was typed from what the template wrote', () => {
    expect(render(chatMl, [question])).toEqual({
      segments: [
        { text: '<|im_start|>user\n', special: true },
        { text: 'Hi<|im_end|>', special: false },
        { text: '<|im_end|>\n<|im_start|>assistant\n', special: true },
      ],
      turnEnd: '<|im_end|>\n',
    });
  });

  it.each([
    ['refuses', noSystem, '<s>[user]'],
    ['ignores', ignoresSystem, '[user]'],
  ])('puts a system message that the template %s in front of the question', (_, template, start) => {
    expect(render(template, [system, question]).segments).toEqual([
      { text: start, special: true },
      { text: 'Be brief.\n\nHi<|im_end|>', special: false },
    ]);
  });

  it('fails when messages are left out', () => {
    expect(() => render('nothing', [question])).toThrow('leaves messages out');
  });

  it('fails on a template that is none', () => {
    expect(() => render('{% for %}', [question])).toThrow();
  });

  it('numbers messages without mixing them up', () => {
    const many = Array.from({ length: 25 }, (_, index): PromptMessage => ({
      role: 'user',
      text: `text ${index}`,
    }));
    const texts = render(chatMl, many).segments.filter(({ special }) => !special);
    expect(texts.map(({ text }) => text)).toEqual(many.map(({ text }) => text));
  });
});
