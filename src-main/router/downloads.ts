import type { App } from '../services/app.ts';
import type { NibbleImplementer } from './base.ts';

export function downloadsRouter({ downloads: area }: NibbleImplementer, { downloads, network }: App) {
  return {
    list: area.list.handler(() => downloads.list()),
    start: area.start.handler(({ input }) =>
      downloads.start({ source: input.source, path: input.path ?? null }),
    ),
    pause: area.pause.handler(({ input }) => downloads.pause(input.downloadId)),
    resume: area.resume.handler(({ input }) => downloads.resume(input.downloadId)),
    cancel: area.cancel.handler(({ input }) => downloads.cancel(input.downloadId)),
    remove: area.remove.handler(({ input }) => downloads.remove(input.downloadId)),
    reorder: area.reorder.handler(({ input }) => downloads.reorder(input.downloadIds)),
    space: area.space.handler(() => downloads.space()),
    network: area.network.handler(() => network.state()),
    setToken: area.setToken.handler(async ({ input }) => {
      await network.setToken(input.token);
      return network.state();
    }),
    clearToken: area.clearToken.handler(async () => {
      await network.clearToken();
      return network.state();
    }),
    requests: area.requests.handler(() =>
      network.log.records.map(({ startedAt, ...record }) => ({ ...record, startedAt: startedAt.getTime() })),
    ),
  };
}
