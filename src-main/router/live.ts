import type { App } from '../services/app.ts';
import type { NibbleImplementer } from './base.ts';

export function liveRouter({ live: area }: NibbleImplementer, app: App) {
  return {
    events: area.events.handler(({ signal }) => app.events(signal)),
  };
}
