import type { MenuItemConstructorOptions } from 'electron';
import type { Place } from './main-window.ts';

export interface MenuActions {
  goTo(place: Place): void;
  openModel(): void;
}

export interface MenuFacts {
  name: string;
  isMac: boolean;
  isPackaged: boolean;
}

/** Standard items by role, so that every platform gets its own words and keys. */
export function menuTemplate(facts: MenuFacts, actions: MenuActions): MenuItemConstructorOptions[] {
  const settings: MenuItemConstructorOptions = {
    label: 'Settings…',
    accelerator: 'CmdOrCtrl+,',
    click: () => actions.goTo('#/settings'),
  };
  return [
    ...(facts.isMac ? [appMenu(facts.name, settings)] : []),
    fileMenu(facts, actions, settings),
    { role: 'editMenu' },
    viewMenu(facts, actions),
    { role: 'windowMenu' },
  ];
}

function appMenu(name: string, settings: MenuItemConstructorOptions): MenuItemConstructorOptions {
  return {
    label: name,
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
}

function fileMenu(
  { isMac }: MenuFacts,
  actions: MenuActions,
  settings: MenuItemConstructorOptions,
): MenuItemConstructorOptions {
  const ending: MenuItemConstructorOptions[] = isMac
    ? [{ role: 'close' }]
    : [settings, { type: 'separator' }, { role: 'quit' }];
  return {
    label: 'File',
    submenu: [
      { label: 'New Chat', accelerator: 'CmdOrCtrl+N', click: () => actions.goTo('#/') },
      { label: 'Open Model…', accelerator: 'CmdOrCtrl+O', click: () => actions.openModel() },
      { type: 'separator' },
      ...ending,
    ],
  };
}

function viewMenu({ isPackaged }: MenuFacts, actions: MenuActions): MenuItemConstructorOptions {
  const development: MenuItemConstructorOptions[] = [
    { type: 'separator' },
    { role: 'reload' },
    { role: 'toggleDevTools' },
  ];
  return {
    label: 'View',
    submenu: [
      { label: 'Models', click: () => actions.goTo('#/models') },
      { label: 'This Computer', click: () => actions.goTo('#/computer') },
      { type: 'separator' },
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
      ...(isPackaged ? [] : development),
    ],
  };
}
