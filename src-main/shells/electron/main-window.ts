import { app, BrowserWindow, nativeTheme, screen } from 'electron';
import { APP_ADDRESS } from './app-address.ts';
import { webPreferences } from './web-preferences.ts';
import { placeWindow, smallestWindow, type WindowStateFile } from './window-state.ts';

/** The page's own background (tokens of the renderer), so that the first frame is no flash of white. */
const backgrounds = { light: '#ffffff', dark: '#111214' } as const;

export function backgroundColor(): string {
  return nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light;
}

export function createMainWindow(stateFile: WindowStateFile): BrowserWindow {
  const saved = stateFile.read();
  const workAreas = screen.getAllDisplays().map(({ workArea }) => workArea);
  const window = new BrowserWindow({
    ...placeWindow(saved, workAreas),
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    show: false,
    title: app.getName(),
    backgroundColor: backgroundColor(),
    autoHideMenuBar: true,
    webPreferences: webPreferences(app.isPackaged),
  });
  if (saved?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    stateFile.write({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  });
  const followTheme = () => window.setBackgroundColor(backgroundColor());
  nativeTheme.on('updated', followTheme);
  window.once('closed', () => nativeTheme.off('updated', followTheme));
  load(window, APP_ADDRESS);
  return window;
}

/** Where in the window to go: the page follows its fragment, and nothing is loaded anew. */
export type Place = '#/' | '#/models' | '#/computer' | '#/settings';

export function goTo(window: BrowserWindow, place: Place): void {
  load(window, `${APP_ADDRESS}${place}`);
  bringToFront(window);
}

function load(window: BrowserWindow, address: string): void {
  window.loadURL(address).catch(endedEarly);
}

/** The window was closed meanwhile, or went elsewhere: its files come from this process and do not fail. */
function endedEarly(): void {
  return;
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
