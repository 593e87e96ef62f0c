import { posix, win32 } from 'node:path';
import type { OtherProgram } from '../../../contract/models.contract.ts';

/** What decides where programs keep their files. */
export interface SystemPlaces {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
}

/** Paths as that system writes them, whichever this one is. */
export function pathsOf({ platform }: SystemPlaces) {
  const paths = platform === 'win32' ? win32 : posix;
  return {
    join: (...parts: string[]) => paths.join(...parts),
    isAbsolute: (path: string) => paths.isAbsolute(path),
  };
}

export const programNames: Readonly<Record<OtherProgram, string>> = {
  lmStudio: 'LM Studio',
  ollama: 'Ollama',
  huggingFace: 'Hugging Face cache',
  jan: 'Jan',
  gpt4all: 'GPT4All',
  llamaCpp: 'llama.cpp',
};

/**
 * Where a program keeps its models when nobody has chosen otherwise, and where its variables of the environment say. The
 * most likely comes first.
 */
export function usualFolders(program: OtherProgram, system: SystemPlaces): string[] {
  const { platform, env, home } = system;
  const { join, isAbsolute } = pathsOf(system);
  const given = (name: string) => {
    const value = env[name]?.trim();
    return value && isAbsolute(value) ? [value] : [];
  };
  const local = given('LOCALAPPDATA')[0] ?? join(home, 'AppData', 'Local');
  const roaming = given('APPDATA')[0] ?? join(home, 'AppData', 'Roaming');
  const support = join(home, 'Library', 'Application Support');
  const config = given('XDG_CONFIG_HOME')[0] ?? join(home, '.config');
  const data = given('XDG_DATA_HOME')[0] ?? join(home, '.local', 'share');
  const cache = given('XDG_CACHE_HOME')[0] ?? join(home, '.cache');
  const bySystem = (windows: string[], mac: string[], others: string[]) =>
    platform === 'win32' ? windows : platform === 'darwin' ? mac : others;

  switch (program) {
    case 'lmStudio':
      return [join(home, '.lmstudio', 'models'), join(home, '.cache', 'lm-studio', 'models')];
    case 'ollama': {
      const own = [...given('OLLAMA_MODELS'), join(home, '.ollama', 'models')];
      // Installed as a service on Linux it runs as a user of its own.
      const service = ['/usr/share/ollama/.ollama/models', '/var/lib/ollama/models'];
      return platform === 'linux' ? [...own, ...service] : own;
    }
    case 'huggingFace':
      return [
        ...given('HF_HUB_CACHE'),
        ...given('HUGGINGFACE_HUB_CACHE'),
        ...given('HF_HOME').map((folder) => join(folder, 'hub')),
        join(platform === 'linux' ? cache : join(home, '.cache'), 'huggingface', 'hub'),
      ];
    case 'jan': {
      const roots = bySystem(
        [join(roaming, 'Jan')],
        [join(support, 'Jan')],
        [config, data].map((folder) => join(folder, 'Jan')),
      );
      return roots.flatMap((root) => janModels(join(root, 'data'), { join }));
    }
    case 'gpt4all': {
      const app = bySystem([join(local, 'nomic.ai')], [join(support, 'nomic.ai')], [join(data, 'nomic.ai')]);
      return [...app.map((folder) => join(folder, 'GPT4All')), join(home, '.cache', 'gpt4all')];
    }
    case 'llamaCpp': {
      const [usual = cache] = bySystem([local], [join(home, 'Library', 'Caches')], [cache]);
      return [...given('LLAMA_CACHE'), join(usual, 'llama.cpp')];
    }
    default:
      return program satisfies never;
  }
}

/** Jan keeps what its engine llama.cpp runs in a folder of its own; earlier versions did not. */
export function janModels(dataFolder: string, { join }: Pick<ReturnType<typeof pathsOf>, 'join'>): string[] {
  return [join(dataFolder, 'llamacpp', 'models'), join(dataFolder, 'models')];
}
