import type { App } from '../services/app.ts';
import type { NibbleImplementer } from './base.ts';

export function hardwareRouter({ hardware: area }: NibbleImplementer, { hardware, ledger }: App) {
  return {
    ledger: area.ledger.handler(() => ledger.current()),
    snapshot: area.snapshot.handler(({ input }) => hardware.snapshot({ refresh: input.refresh })),
  };
}
