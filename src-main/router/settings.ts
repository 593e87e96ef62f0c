import type { App } from '../services/app.ts';
import type { NibbleImplementer } from './base.ts';

export function settingsRouter({ settings: area }: NibbleImplementer, { settings }: App) {
  return {
    get: area.get.handler(() => settings.get()),
    set: area.set.handler(({ input }) => settings.set(input)),
  };
}
