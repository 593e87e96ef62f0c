import type { Settings } from '$contract/settings.contract.ts';

const STORAGE_KEY = 'nibble.theme';

type Theme = Settings['theme'];

/** Remembered beside the page as well, so that the next start has the right colours before the core answers. */
export function applyTheme(theme: Theme): void {
  localStorage.setItem(STORAGE_KEY, theme);
  show(theme);
}

export function applyRememberedTheme(): void {
  const theme = localStorage.getItem(STORAGE_KEY);
  if (theme === 'light' || theme === 'dark') show(theme);
}

function show(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
