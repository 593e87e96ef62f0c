import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const boundsSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
});
export type Bounds = z.infer<typeof boundsSchema>;

const windowStateSchema = z.object({ bounds: boundsSchema, maximized: z.boolean() });
export type WindowState = z.infer<typeof windowStateSchema>;

/** In device-independent pixels, as everything here. */
export const smallestWindow = { width: 480, height: 400 };
const usualWindow = { width: 1120, height: 780 };
/** So much of the title bar has to be on a screen that the window can be caught. */
const VISIBLE_WIDTH = 120;
const VISIBLE_HEIGHT = 40;

/**
 * Where to open the window: where it was, if that still lies on a screen, else in the middle of the first one.
 * `workAreas` are the screens without task bars.
 */
export function placeWindow(saved: WindowState | null, workAreas: readonly Bounds[]): Partial<Bounds> {
  if (saved === null) return usualWindow;
  for (const area of workAreas) {
    const fitted = fit(saved.bounds, area);
    if (isReachable(fitted, area)) return fitted;
  }
  return usualWindow;
}

function fit({ x, y, width, height }: Bounds, area: Bounds): Bounds {
  return {
    x,
    y,
    width: Math.max(smallestWindow.width, Math.min(width, area.width)),
    height: Math.max(smallestWindow.height, Math.min(height, area.height)),
  };
}

/** The top edge lies inside, and enough of it to be dragged. */
function isReachable(window: Bounds, area: Bounds): boolean {
  const visible = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  return visible >= VISIBLE_WIDTH && window.y >= area.y && window.y <= area.y + area.height - VISIBLE_HEIGHT;
}

export class WindowStateFile {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = join(folder, 'window-state.json');
  }

  /** Null when there is none or it does not make sense: the window then opens as at the first start. */
  read(): WindowState | null {
    try {
      return windowStateSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch {
      return null;
    }
  }

  /** Best effort: a full disk must not keep the window from closing. */
  write(state: WindowState): void {
    const temporary = `${this.#path}.new`;
    try {
      writeFileSync(temporary, JSON.stringify(state), { mode: 0o600 });
      renameSync(temporary, this.#path);
    } catch {
      return;
    }
  }
}
