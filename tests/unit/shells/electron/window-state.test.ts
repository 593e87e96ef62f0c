import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  placeWindow,
  smallestWindow,
  type Bounds,
} from '../../../../src-main/shells/electron/window-state.ts';

const screen: Bounds = { x: 0, y: 25, width: 1920, height: 1055 };
const second: Bounds = { x: -1280, y: 0, width: 1280, height: 1024 };

function place(bounds: Bounds, ...areas: Bounds[]) {
  return placeWindow({ bounds, maximized: false }, areas);
}

describe('placeWindow', () => {
  it('leaves the place to the system at the first start', () => {
    expect(placeWindow(null, [screen])).toEqual({ width: 1120, height: 780 });
  });

  it('puts a window back where it was', () => {
    const bounds = { x: 100, y: 100, width: 800, height: 600 };
    expect(place(bounds, screen)).toEqual(bounds);
    expect(place({ ...bounds, x: -1200 }, screen, second)).toEqual({ ...bounds, x: -1200 });
  });

  it.each([
    ['on a screen that is gone', { x: -1200, y: 100, width: 800, height: 600 }],
    ['above the screen', { x: 100, y: -500, width: 800, height: 600 }],
    ['with its title under the menu bar', { x: 100, y: 0, width: 800, height: 600 }],
    ['below the screen', { x: 100, y: 1_075, width: 800, height: 600 }],
    ['all but a strip to the left', { x: -750, y: 100, width: 800, height: 600 }],
    ['all but a strip to the right', { x: 1_850, y: 100, width: 800, height: 600 }],
  ])('does not put a window back %s', (_, bounds) => {
    expect(place(bounds, screen)).toEqual({ width: 1120, height: 780 });
  });

  it('fits a window to a smaller screen and never below the smallest', () => {
    expect(place({ x: 0, y: 25, width: 4_000, height: 3_000 }, screen)).toMatchObject({
      width: 1920,
      height: 1055,
    });
    expect(place({ x: 10, y: 30, width: 200, height: 10 }, screen)).toMatchObject(smallestWindow);
  });

  it('always leaves something to drag the window by', () => {
    const coordinate = fc.integer({ min: -5_000, max: 5_000 });
    const size = fc.integer({ min: 1, max: 5_000 });
    const bounds = fc.record({ x: coordinate, y: coordinate, width: size, height: size });
    fc.assert(
      fc.property(bounds, fc.constantFrom([screen], [second], [screen, second]), (saved, areas) => {
        const { x, y, width = 0 } = place(saved, ...areas);
        if (x === undefined || y === undefined) return;
        const reachable = areas.some((area) => {
          const visible = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
          return visible >= 100 && y >= area.y && y < area.y + area.height;
        });
        expect(reachable).toBe(true);
      }),
    );
  });
});
