import type { ReadableDatabase, WritableDatabase } from './database/handles.ts';
import * as answers from './queries/answers.ts';
import * as chats from './queries/chats.ts';
import * as downloads from './queries/downloads.ts';
import * as loads from './queries/loads.ts';
import * as library from './queries/library.ts';
import * as messages from './queries/messages.ts';
import * as models from './queries/models.ts';
import { searchMessages } from './queries/search.ts';
import * as settings from './queries/settings.ts';

/** Operations that only read. */
export const readers = {
  listChats: chats.listChats,
  getChat: chats.getChat,
  getPath: messages.getPath,
  getPathTo: messages.getPathTo,
  getMessage: messages.getMessage,
  listModels: models.listModels,
  getModel: models.getModel,
  getModelByPath: models.getModelByPath,
  listDownloads: downloads.listDownloads,
  listLoads: loads.listLoads,
  getBuiltInModel: models.getBuiltInModel,
  listIndexedFiles: models.listIndexedFiles,
  listModelFolders: library.listModelFolders,
  listModelPrograms: library.listModelPrograms,
  listRefusedFiles: library.listRefusedFiles,
  getSettings: settings.getSettings,
  searchMessages,
};

/** Operations that write: each is one transaction, committed to the disk before it is acknowledged. */
export const writers = {
  createChat: chats.createChat,
  renameChat: chats.renameChat,
  setChatModel: chats.setChatModel,
  setChatSettings: chats.setChatSettings,
  deleteChat: chats.deleteChat,
  restoreChat: chats.restoreChat,
  purgeDeletedChats: chats.purgeDeletedChats,
  addTurn: answers.addTurn,
  addAnswer: answers.addAnswer,
  saveProgress: answers.saveProgress,
  finishAnswer: answers.finishAnswer,
  interruptUnfinished: answers.interruptUnfinished,
  addLoad: loads.addLoad,
  addAnswerSpeed: loads.addAnswerSpeed,
  upsertModel: models.upsertModel,
  forgetModel: models.forgetModel,
  touchModel: models.touchModel,
  addDownload: downloads.addDownload,
  saveDownload: downloads.saveDownload,
  removeDownload: downloads.removeDownload,
  orderDownloads: downloads.orderDownloads,
  renameModel: models.renameModel,
  setModelSpeed: models.setModelSpeed,
  markModelsFound: models.markModelsFound,
  setModelStates: models.setModelStates,
  addModelFolder: library.addModelFolder,
  removeModelFolder: library.removeModelFolder,
  setModelProgram: library.setModelProgram,
  saveFound: library.saveFound,
  dropRefusedFiles: library.dropRefusedFiles,
  setSettings: settings.setSettings,
};

/** After these the log is emptied, so that what was deleted is in no file any more. */
export const erasers: ReadonlySet<string> = new Set<keyof typeof writers>(['purgeDeletedChats']);

type Operations = typeof readers & typeof writers;
export type OperationName = keyof Operations;

type ArgsOf<Operation> = Operation extends (db: never, args: infer Args) => unknown
  ? unknown extends Args
    ? Record<string, never>
    : Args
  : never;

/** What the main thread sees: every operation without its connection, as a promise. */
export type StoreCalls = {
  readonly [Name in OperationName]: (args: ArgsOf<Operations[Name]>) => Promise<ReturnType<Operations[Name]>>;
};

type Operation<Db> = (db: Db, args: never) => unknown;
readers satisfies Record<string, Operation<ReadableDatabase>>;
writers satisfies Record<string, Operation<WritableDatabase>>;
