import type { App } from '../services/app.ts';
import type { NibbleImplementer } from './base.ts';

export function engineRouter({ engine: area }: NibbleImplementer, app: App) {
  return {
    status: area.status.handler(() => app.engineStatus),
    unload: area.unload.handler(() => app.unloadEngine()),
    reset: area.reset.handler(() => app.resetEngine()),
    useSaferSettings: area.useSaferSettings.handler(() => app.useSaferSettings()),
  };
}
