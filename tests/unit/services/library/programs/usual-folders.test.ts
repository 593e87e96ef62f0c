import { expect, test } from 'vitest';
import { otherPrograms } from '../../../../../src-main/contract/models.contract.ts';
import {
  usualFolders,
  type SystemPlaces,
} from '../../../../../src-main/services/library/programs/usual-folders.ts';

function folders(system: SystemPlaces): Record<string, string[]> {
  return Object.fromEntries(otherPrograms.map((program) => [program, usualFolders(program, system)]));
}

test('on Linux', () => {
  expect(folders({ platform: 'linux', env: {}, home: '/home/ada' })).toEqual({
    lmStudio: ['/home/ada/.lmstudio/models', '/home/ada/.cache/lm-studio/models'],
    ollama: ['/home/ada/.ollama/models', '/usr/share/ollama/.ollama/models', '/var/lib/ollama/models'],
    huggingFace: ['/home/ada/.cache/huggingface/hub'],
    jan: [
      '/home/ada/.config/Jan/data/llamacpp/models',
      '/home/ada/.config/Jan/data/models',
      '/home/ada/.local/share/Jan/data/llamacpp/models',
      '/home/ada/.local/share/Jan/data/models',
    ],
    gpt4all: ['/home/ada/.local/share/nomic.ai/GPT4All', '/home/ada/.cache/gpt4all'],
    llamaCpp: ['/home/ada/.cache/llama.cpp'],
  });
});

test('on macOS', () => {
  expect(folders({ platform: 'darwin', env: {}, home: '/Users/ada' })).toEqual({
    lmStudio: ['/Users/ada/.lmstudio/models', '/Users/ada/.cache/lm-studio/models'],
    ollama: ['/Users/ada/.ollama/models'],
    huggingFace: ['/Users/ada/.cache/huggingface/hub'],
    jan: [
      '/Users/ada/Library/Application Support/Jan/data/llamacpp/models',
      '/Users/ada/Library/Application Support/Jan/data/models',
    ],
    gpt4all: ['/Users/ada/Library/Application Support/nomic.ai/GPT4All', '/Users/ada/.cache/gpt4all'],
    llamaCpp: ['/Users/ada/Library/Caches/llama.cpp'],
  });
});

test('on Windows', () => {
  const env = { APPDATA: 'C:\\Users\\Ada\\AppData\\Roaming', LOCALAPPDATA: 'D:\\Local' };
  expect(folders({ platform: 'win32', env, home: 'C:\\Users\\Ada' })).toEqual({
    lmStudio: ['C:\\Users\\Ada\\.lmstudio\\models', 'C:\\Users\\Ada\\.cache\\lm-studio\\models'],
    ollama: ['C:\\Users\\Ada\\.ollama\\models'],
    huggingFace: ['C:\\Users\\Ada\\.cache\\huggingface\\hub'],
    jan: [
      'C:\\Users\\Ada\\AppData\\Roaming\\Jan\\data\\llamacpp\\models',
      'C:\\Users\\Ada\\AppData\\Roaming\\Jan\\data\\models',
    ],
    gpt4all: ['D:\\Local\\nomic.ai\\GPT4All', 'C:\\Users\\Ada\\.cache\\gpt4all'],
    llamaCpp: ['D:\\Local\\llama.cpp'],
  });
});

test('what the environment says comes first, and a relative path says nothing', () => {
  const home = '/home/ada';
  const first = (name: string, value: string, program: (typeof otherPrograms)[number]) =>
    usualFolders(program, { platform: 'linux', env: { [name]: value }, home })[0];
  expect(first('OLLAMA_MODELS', '/srv/ollama', 'ollama')).toBe('/srv/ollama');
  expect(first('OLLAMA_MODELS', 'models', 'ollama')).toBe('/home/ada/.ollama/models');
  expect(first('HF_HUB_CACHE', '/srv/hub', 'huggingFace')).toBe('/srv/hub');
  expect(first('HF_HOME', '/srv/hf', 'huggingFace')).toBe('/srv/hf/hub');
  expect(first('XDG_CACHE_HOME', '/srv/cache', 'huggingFace')).toBe('/srv/cache/huggingface/hub');
  expect(first('LLAMA_CACHE', '/srv/llama', 'llamaCpp')).toBe('/srv/llama');
  expect(first('XDG_DATA_HOME', '/srv/data', 'gpt4all')).toBe('/srv/data/nomic.ai/GPT4All');
  expect(first('XDG_CONFIG_HOME', '/srv/config', 'jan')).toBe('/srv/config/Jan/data/llamacpp/models');
});
