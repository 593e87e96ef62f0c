import type { App } from '../services/app.ts';
import type { NibbleImplementer } from './base.ts';

export function accuracyRouter({ accuracy: area }: NibbleImplementer, { accuracy, hardware }: App) {
  return {
    report: area.report.handler(async () => accuracy.report(await hardware.snapshot({ refresh: false }))),
  };
}
