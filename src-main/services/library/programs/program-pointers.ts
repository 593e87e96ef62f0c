import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { OtherProgram } from '../../../contract/models.contract.ts';
import { janModels, pathsOf, type SystemPlaces } from './usual-folders.ts';

/** A file in which a program notes that its models are elsewhere. */
interface Pointer {
  file: string;
  read: (text: string) => string[];
}

/** Longer settings than any seen; what is longer is not read. */
const MAX_POINTER_BYTES = 256 * 1024;

function pointersOf(program: OtherProgram, system: SystemPlaces): Pointer[] {
  const { platform, env, home } = system;
  const { join } = pathsOf(system);
  const roaming = env['APPDATA'] ?? join(home, 'AppData', 'Roaming');
  if (program === 'lmStudio') {
    return [
      { file: join(home, '.lmstudio-home-pointer'), read: (text) => [join(text.trim(), 'models')] },
      { file: join(home, '.lmstudio', 'settings.json'), read: (text) => jsonText(text, 'downloadsFolder') },
      {
        file: join(home, '.cache', 'lm-studio', 'settings.json'),
        read: (text) => jsonText(text, 'downloadsFolder'),
      },
    ];
  }
  if (program === 'jan') {
    const roots = {
      win32: [join(roaming, 'Jan')],
      darwin: [join(home, 'Library', 'Application Support', 'Jan')],
      other: [
        join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'Jan'),
        join(home, '.local', 'share', 'Jan'),
      ],
    };
    return roots[platform === 'win32' || platform === 'darwin' ? platform : 'other'].map((root) => ({
      file: join(root, 'settings.json'),
      read: (text) => jsonText(text, 'data_folder').flatMap((folder) => janModels(folder, { join })),
    }));
  }
  if (program === 'gpt4all' && platform !== 'win32' && platform !== 'darwin') {
    const file = join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'nomic.ai', 'GPT4All.ini');
    return [{ file, read: (text) => [/^modelPath=(.+)$/m.exec(text)?.[1]?.trim() ?? ''] }];
  }
  return [];
}

/** Where the program's own settings say that its models are; empty where they say nothing. */
export async function readPointers(program: OtherProgram, system: SystemPlaces): Promise<string[]> {
  const read = pointersOf(program, system).map(async (pointer) =>
    pointer.read(await shortText(pointer.file)),
  );
  return (await Promise.all(read)).flat();
}

async function shortText(file: string): Promise<string> {
  const stats = await stat(file).catch(() => null);
  if (!stats?.isFile() || stats.size > MAX_POINTER_BYTES) return '';
  return readFile(file, 'utf8').catch(() => '');
}

function jsonText(text: string, key: string): string[] {
  try {
    const value = z.record(z.string(), z.unknown()).parse(JSON.parse(text))[key];
    return typeof value === 'string' ? [value] : [];
  } catch {
    // Not JSON, or not of an object: the program's own defaults are tried.
    return [];
  }
}
