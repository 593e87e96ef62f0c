import { basename, dirname } from 'node:path';
import { walkHuggingFace } from '../programs/hugging-face.ts';
import { walkOllama } from '../programs/ollama.ts';
import type { FoundFile, Place, Walked } from './place.ts';
import { walkFolder } from './walk-folder.ts';

/** What there is at a place, by the rules of whoever made it. */
export function walkPlace({ source, path }: Place): Promise<Walked> {
  switch (source) {
    case 'ollama':
      return walkOllama(path);
    case 'huggingFace':
      return walkHuggingFace(path);
    case 'jan':
      return walkFolder(path, { describe: nameByFolder });
    case 'folder':
    case 'lmStudio':
    case 'gpt4all':
    case 'llamaCpp':
      return walkFolder(path);
    default:
      return source satisfies never;
  }
}

/** Jan calls every file `model.gguf`; its folder has the name. */
function nameByFolder(path: string): Partial<FoundFile> {
  return basename(path).toLowerCase() === 'model.gguf' ? { name: basename(dirname(path)) } : {};
}
