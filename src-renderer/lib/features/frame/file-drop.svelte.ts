import { bridge } from '../../client/bridge.ts';

/** A file that was dropped; a browser does not tell its path. */
export interface DroppedFile {
  readonly name: string;
  readonly path: string | null;
}

/** Model files dropped anywhere on the window. Everything else that is dropped is left alone. */
export class FileDrop {
  #dragging = $state(false);
  #dropped = $state.raw<DroppedFile | null>(null);

  get dragging(): boolean {
    return this.#dragging;
  }

  /** The file that the person is asked about; null while there is none. */
  get dropped(): DroppedFile | null {
    return this.#dropped;
  }

  closeDialog(): void {
    this.#dropped = null;
  }

  readonly over = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    this.#dragging = true;
  };

  readonly leave = (event: DragEvent): void => {
    if (event.relatedTarget === null) this.#dragging = false;
  };

  readonly drop = (event: DragEvent): void => {
    this.#dragging = false;
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    // A window must never navigate to a dropped file.
    event.preventDefault();
    this.#dropped = { name: file.name, path: bridge()?.pathForFile(file) || null };
  };
}
