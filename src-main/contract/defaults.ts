import type { ChatSettings } from './chats.contract.ts';
import type { DownloadSettings } from './downloads.contract.ts';
import type { Settings } from './settings.contract.ts';

// Values without schemas: a window that needs them does not have to load the validation library.

export const defaultChatSettings: ChatSettings = {
  systemPrompt: '',
  temperature: 0.7,
  topK: 40,
  topP: 0.95,
  minP: 0.05,
  repeatPenalty: 1,
  seed: null,
  maxTokens: null,
};

export const defaultDownloadSettings: DownloadSettings = {
  folder: null,
  maxBytesPerSecond: null,
  simultaneous: 2,
  connections: 4,
  proxy: null,
  endpoint: null,
};

export const defaultSettings: Settings = {
  theme: 'system',
  defaultModelId: null,
  idleMinutes: 5,
  chatDefaults: defaultChatSettings,
  downloads: defaultDownloadSettings,
};
