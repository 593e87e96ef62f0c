import type { App } from '../services/app.ts';
import type { NibbleImplementer } from './base.ts';

export function discoverRouter({ discover: area }: NibbleImplementer, { discover }: App) {
  return {
    catalogue: area.catalogue.handler(() => discover.catalogue()),
    verdicts: area.verdicts.handler(({ signal }) => discover.verdicts(signal)),
    search: area.search.handler(({ input, signal }) => discover.search(input, signal)),
    repository: area.repository.handler(({ input, signal }) => discover.repository(input.repository, signal)),
  };
}
