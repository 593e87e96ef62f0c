import type { ShellInfo } from '../contract/shell.contract.ts';
import type { NibbleImplementer } from './base.ts';

/** What only the shell around the core can do. */
export interface ShellCapabilities {
  info: Omit<ShellInfo, 'canPickFile' | 'canReveal'>;
  /** Shows the system's file dialog; resolves to null when it was cancelled. */
  pickModelFile?: () => Promise<string | null>;
  /** The same for a folder. */
  pickFolder?: () => Promise<string | null>;
  /** Shows a file in the system's file manager. */
  revealFile?: (path: string) => void;
}

export function shellRouter({ shell: area }: NibbleImplementer, shell: ShellCapabilities) {
  const { info, pickModelFile, pickFolder, revealFile } = shell;
  return {
    info: area.info.handler(() => ({
      ...info,
      canPickFile: pickModelFile !== undefined,
      canReveal: revealFile !== undefined,
    })),
    pickModelFile: area.pickModelFile.handler(async () => ({ path: (await pickModelFile?.()) ?? null })),
    pickFolder: area.pickFolder.handler(async () => ({ path: (await pickFolder?.()) ?? null })),
  };
}
