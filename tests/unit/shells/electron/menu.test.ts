import { describe, expect, it } from 'vitest';
import { menuTemplate } from '../../../../src-main/shells/electron/menu.ts';

const actions = { goTo: () => undefined, openModel: () => undefined };

function itemsOf(facts: { isMac: boolean; isPackaged: boolean }) {
  return menuTemplate({ name: 'Nibble', ...facts }, actions).map(({ label, role, submenu }) => ({
    menu: label ?? role,
    items: (Array.isArray(submenu) ? submenu : [])
      .filter(({ type }) => type !== 'separator')
      .map((item) => [item.label ?? item.role, item.accelerator].filter(Boolean).join(' ')),
  }));
}

describe('the menu', () => {
  it('has the usual shortcuts', () => {
    expect(itemsOf({ isMac: false, isPackaged: true })).toEqual([
      {
        menu: 'File',
        items: ['New Chat CmdOrCtrl+N', 'Open Model… CmdOrCtrl+O', 'Settings… CmdOrCtrl+,', 'quit'],
      },
      { menu: 'editMenu', items: [] },
      {
        menu: 'View',
        items: ['Models', 'This Computer', 'resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'],
      },
      { menu: 'windowMenu', items: [] },
    ]);
  });

  it('follows the customs of a Mac', () => {
    const [app, file] = itemsOf({ isMac: true, isPackaged: true });
    expect(app).toMatchObject({
      menu: 'Nibble',
      items: expect.arrayContaining(['Settings… CmdOrCtrl+,', 'quit']) as string[],
    });
    expect(file?.items).toEqual(['New Chat CmdOrCtrl+N', 'Open Model… CmdOrCtrl+O', 'close']);
  });

  it('reloads and inspects only in development', () => {
    const view = (isPackaged: boolean) => itemsOf({ isMac: false, isPackaged })[2]?.items;
    expect(view(false)).toEqual(expect.arrayContaining(['reload', 'toggleDevTools']));
    expect(view(true)).not.toEqual(expect.arrayContaining(['reload']));
  });
});
