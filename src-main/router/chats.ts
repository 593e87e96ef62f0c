import type { App } from '../services/app.ts';
import type { NibbleImplementer } from './base.ts';

export function chatsRouter({ chats: area }: NibbleImplementer, { chats }: App) {
  return {
    list: area.list.handler(() => chats.list()),
    create: area.create.handler(({ input }) => chats.create(input.modelId ?? null)),
    get: area.get.handler(({ input }) => chats.get(input.chatId)),
    rename: area.rename.handler(({ input }) => chats.rename(input.chatId, input.title)),
    setModel: area.setModel.handler(({ input }) => chats.setModel(input.chatId, input.modelId)),
    setSettings: area.setSettings.handler(({ input }) => chats.setSettings(input.chatId, input.settings)),
    delete: area.delete.handler(({ input }) => chats.delete(input.chatId)),
    restore: area.restore.handler(({ input }) => chats.restore(input.chatId)),
    send: area.send.handler(({ input }) => chats.send(input.chatId, input.text)),
    retry: area.retry.handler(({ input }) => chats.retry(input.chatId, input.messageId)),
    stop: area.stop.handler(({ input }) => chats.stop(input.chatId)),
  };
}
