import { defaultChatSettings } from '../../../src-main/contract/defaults.ts';
import { describeProblem } from '../../../src-main/contract/problem.ts';
import { FakeCore } from '../fake-client.ts';
import * as librarySample from '../fake-library-samples.ts';
import * as fetched from '../fake-downloads.ts';
import * as sample from '../fake-samples.ts';

interface Scene {
  readonly core: FakeCore;
  /** Runs once the window is there. */
  readonly then?: () => void;
}

const DAY_MS = 86_400_000;

const longAnswer = `Quantization stores each weight of a model with fewer bits. The common levels:

| Level | Bits per weight | What you notice |
| --- | --- | --- |
| Q8_0 | 8.5 | nothing |
| Q4_K_M | 4.9 | very little |
| Q2_K | 2.6 | clear mistakes |

## How to choose

1. Start with \`Q4_K_M\`.
2. If it **fits** with room to spare, try a higher level.
3. If it does not fit, try a smaller model before a lower level.

\`\`\`js
export function bytesOf(parameters, bitsPerWeight) {
  return (parameters * bitsPerWeight) / 8;
}
\`\`\`

- Memory for the context comes on top.
- <b>HTML stays text</b>, and so does <img src=x onerror=alert(1)>.`;

const gatedProblem = describeProblem('hub.gated', {
  repository: 'google/gemma-3-12b-it-qat-q4_0-gguf',
  reason: 'Their owner wants to know who reads them, and no token is set',
  page: 'https://huggingface.co/google/gemma-3-12b-it-qat-q4_0-gguf',
});
const offlineProblem = describeProblem('hub.unreachable', {
  host: 'huggingface.co',
  reason: 'its name is not known, so there may be no network',
});

const hostileCard = `# A very good model <img src="https://evil.example/a.png" onerror="alert(1)">

<script>alert(1)</script><iframe src="https://evil.example/"></iframe>

![A chart](https://evil.example/b.png) [run](javascript:alert(1)) [huggingface.co](https://evil.example/login)

turn\u202eround, ${'very'.repeat(80)}long, and ${'g\u0335'.repeat(40)}

| a | b | c | d | e | f |
| - | - | - | - | - | - |
| ${'wide '.repeat(20)} | 1 | 2 | 3 | 4 | https://example.org/${'path/'.repeat(30)} |
`;

/** Eight chats over some months; the first has a conversation. */
function full(): FakeCore {
  const core = new FakeCore();
  core.models = [sample.builtInModel, sample.largeModel, sample.missingModel];
  core.engine = sample.readyEngine;
  const now = Date.now();
  const chat = core.addChat('Which level should I take?', defaultChatSettings, now);
  core.addMessage(chat.id, { role: 'user', text: 'Which quantization level should I take?' });
  core.addMessage(chat.id, { role: 'assistant', text: longAnswer, stats: sample.stats });
  core.addMessage(chat.id, { role: 'user', text: 'Thank you. And briefly, what is BPW?' });
  core.addMessage(chat.id, {
    role: 'assistant',
    text: 'Bits per weight is the average number of bits used for one weight.',
    reasoning: 'The person wants one sentence. No calculation is needed.',
    stats: { ...sample.stats, droppedMessages: 2 },
  });
  core.addChat('A story about a dog and a clock', defaultChatSettings, now - 1000);
  core.addChat(
    'Capitals of Australia and Iraq, and why the table is not sorted',
    defaultChatSettings,
    now - DAY_MS,
  );
  core.addChat('Sort 67, 20, 59', defaultChatSettings, now - 3 * DAY_MS);
  core.addChat('Spell office', defaultChatSettings, now - 5 * DAY_MS);
  core.addChat('Code review of the parser', defaultChatSettings, now - 20 * DAY_MS);
  core.addChat('Reverse the word lion', defaultChatSettings, now - 70 * DAY_MS);
  core.addChat('Names for a hedgehog', defaultChatSettings, now - 75 * DAY_MS);
  return core;
}

function libraryCore(): FakeCore {
  const core = full();
  const ollama = {
    ...sample.largeModel,
    id: 4,
    name: 'qwen3:8b',
    family: 'Qwen',
    architecture: 'qwen3',
    path: `/home/ada/.ollama/models/blobs/sha256-${'3b5f'.repeat(16)}`,
    source: 'ollama' as const,
    licence: 'apache-2.0',
    sizeBytes: 5_200_000_000,
  };
  const split = {
    ...sample.largeModel,
    id: 5,
    name: 'Llama 3.3 70B Instruct with a very long name that somebody has given it for reasons of their own',
    parameters: 70_553_706_496,
    path: '/home/ada/models/Llama-3.3-70B-Instruct-Q4_K_M-00001-of-00002.gguf',
    fileCount: 2,
    sizeBytes: 42_520_393_152,
    hasChatTemplate: false,
    lastUsedAt: Date.now() - 9 * DAY_MS,
  };
  const twin = { ...sample.largeModel, id: 6, path: '/home/ada/models/copy/linked.gguf', sameFileAs: [2] };
  const used = { measuredTokensPerSecond: 48.7, lastUsedAt: Date.now(), sameFileAs: [6] };
  core.models = [
    sample.builtInModel,
    { ...sample.largeModel, ...used },
    ollama,
    split,
    twin,
    sample.missingModel,
  ];
  core.library.verdicts.set(5, {
    modelId: 5,
    fits: 'no',
    contextSize: 2048,
    memoryBytes: 45_000_000_000,
    tokensPerSecond: 1.2,
  });
  core.library.verdicts.set(1, {
    modelId: 1,
    fits: 'cpu',
    contextSize: 2048,
    memoryBytes: 60_000_000,
    tokensPerSecond: 410,
  });
  core.library.library = { ...librarySample.library, refused: librarySample.refused, refusedCount: 2 };
  return core;
}

function asking(question: string): { core: FakeCore; answerId: number } {
  const core = full();
  core.addMessage(1, { role: 'user', text: question });
  const answer = core.addMessage(1, { role: 'assistant', text: '', status: 'queued' });
  return { core, answerId: answer.id };
}

export const scenarios: Record<string, () => Scene> = {
  empty: () => ({ core: new FakeCore() }),
  full: () => ({ core: full() }),
  /** A model of the person's own is chosen for new chats. */
  large: () => {
    const core = full();
    core.settings = { ...core.settings, defaultModelId: sample.largeModel.id };
    return { core };
  },
  loading: () => {
    const { core } = asking('Tell me a short story about a dog and a clock.');
    core.engine = {
      ...sample.idleEngine,
      state: 'loading',
      modelId: 1,
      modelName: 'Nibble Tiny',
      loadProgress: 0.45,
    };
    return { core };
  },
  reading: () => {
    const { core, answerId } = asking('Tell me a short story about a dog and a clock.');
    core.engine = { ...sample.readyEngine, state: 'busy' };
    const prefill = { chatId: 1, messageId: answerId, evaluatedTokens: 340, totalTokens: 1200 };
    return { core, then: () => setTimeout(() => core.emit({ type: 'prefill', ...prefill }), 100) };
  },
  waiting: () => {
    const { core, answerId } = asking('Tell me a short story about a dog and a clock.');
    const { id } = [...core.chats.values()][1] ?? core.addChat('Another');
    core.addMessage(id, { role: 'user', text: 'Once more' });
    const other = core.addMessage(id, { role: 'assistant', text: 'Once there was', status: 'answering' });
    core.engine = {
      ...sample.readyEngine,
      state: 'busy',
      queue: [{ chatId: 1, messageId: answerId }],
    };
    return { core, then: () => setTimeout(() => core.delta(other, ' a dog'), 100) };
  },
  answering: () => {
    const { core } = asking('Tell me a short story about a dog and a clock.');
    core.engine = { ...sample.readyEngine, state: 'busy' };
    const words = `${longAnswer}\n\n`.repeat(4).match(/\S+\s*/g) ?? [];
    let next = 0;
    return {
      core,
      then: () => {
        const timer = setInterval(() => {
          const word = words[next++];
          if (word === undefined) {
            clearInterval(timer);
            core.finish(core.answer(1));
          } else core.delta(core.answer(1), word);
        }, 20);
      },
    };
  },
  failed: () => {
    const core = full();
    core.addMessage(1, { role: 'user', text: 'Tell me a short story about a dog and a clock.' });
    core.addMessage(1, {
      role: 'assistant',
      text: 'Once there was a lazy dog named Rolo. Rolo wanted to',
      status: 'interrupted',
      problem: sample.problems.crashed,
    });
    core.engine = { ...sample.idleEngine, state: 'crashed' };
    return { core };
  },
  gaveUp: () => {
    const core = full();
    core.addMessage(1, { role: 'user', text: 'Hello?' });
    core.addMessage(1, { role: 'assistant', text: '', status: 'failed', problem: sample.problems.gaveUp });
    core.engine = { ...sample.idleEngine, state: 'gaveUp' };
    return { core };
  },
  /** The levels of a model are slow to come. */
  slowTable: () => {
    const core = full();
    core.hold('plan.table');
    return { core };
  },
  /** No level of a model fits. */
  nothingFits: () => {
    const core = full();
    core.hardware = {
      ...sample.hardware,
      gpus: [],
      memory: { totalBytes: 2 ** 32, availableBytes: 2 ** 31 },
    };
    core.answerTable = (asked) => sample.answerTable({ machine: core.hardware, ...asked });
    return { core };
  },
  /** Predictions and what came, memory that runs short, and an answer for which settings were lowered. */
  reality: () => {
    const core = full();
    core.accuracy = sample.accuracy;
    const words =
      'Only 412 MiB of main memory are free. Before the computer starts to move memory to disk, close other programs or take a smaller model.';
    core.ledger = { ...sample.ledger, warning: { level: 'tight', words } };
    core.engine = {
      ...sample.readyEngine,
      memoryWarning: { level: 'tight', words },
      saferProposal: 'Set the GPU layers to 0.',
    };
    core.addMessage(1, { role: 'user', text: 'Tell me a short story about a dog and a clock.' });
    core.addMessage(1, {
      role: 'assistant',
      text: 'Once there was a lazy dog named Rolo.',
      notes: [
        'There was not enough memory on the graphics card, so the cache (what the model remembers of the chat) is kept with 8 bits instead of 16.',
        'There was not enough memory on the graphics card, so the context was halved to 4,096 tokens.',
      ],
      stats: sample.stats,
    });
    core.addMessage(1, { role: 'user', text: 'And then?' });
    core.addMessage(1, { role: 'assistant', text: '', status: 'failed', problem: sample.problems.gaveUp });
    return { core };
  },
  /** Models of every kind: away, of another program, one file twice, and files that are none. */
  library: () => ({ core: libraryCore() }),
  /** More models than fit on any screen. */
  manyModels: () => {
    const core = libraryCore();
    const [, model = sample.largeModel] = core.models;
    const families = ['Llama', 'Qwen', 'Gemma', 'Phi', 'Mistral'];
    const more = Array.from({ length: 2000 }, (_, index) => {
      const family = families[index % families.length] ?? 'Llama';
      const name = `${family} ${(index % 70) + 1}B Instruct ${index}`;
      return {
        ...model,
        id: 100 + index,
        name,
        family,
        path: `/home/ada/models/${name}.gguf`,
        sameFileAs: [],
      };
    });
    core.models = [...core.models, ...more];
    return { core };
  },
  /** A model with everything to warn of. */
  warnings: () => {
    const core = libraryCore();
    const { details } = core.library;
    core.library.details = {
      ...details,
      about: { ...details.about, licence: null },
      chatTemplate: null,
      warnings: ['noChatTemplate', 'noPreTokenizer', 'olderQuantization', 'noLicence'],
    };
    return { core };
  },
  /** One of every kind is on its way or has ended. */
  downloads: () => {
    const core = full();
    core.downloads = [...fetched.everyKind];
    core.requests = fetched.requests(30);
    return { core };
  },
  manyDownloads: () => {
    const core = full();
    const many = Array.from({ length: 40 }, (_, index) => ({
      ...(fetched.queued[index % 3] ?? fetched.running),
      id: 100 + index,
      position: index + 1,
    }));
    core.downloads = [fetched.longNamed, fetched.running, fetched.split, fetched.verifying, ...many];
    return { core };
  },
  /** The disk is full, and the Hub refuses. */
  stoppedDownloads: () => {
    const core = full();
    core.downloads = [fetched.diskFull, fetched.waiting, fetched.failed];
    core.freeBytes = 2 ** 30;
    return { core };
  },
  /** A repository with conditions, one whose card is hostile, and one without models. */
  discover: () => {
    const core = full();
    core.hub.pages.set('google/gemma-3-12b-it-qat-q4_0-gguf', { card: null, cardProblem: gatedProblem });
    core.hub.pages.set('somebody/hostile', { card: { text: hostileCard, isCut: true } });
    core.hub.pages.set('somebody/empty', { models: [], card: null });
    return { core };
  },
  /** There is no network. */
  offline: () => {
    const core = full();
    for (const name of ['discover.search', 'discover.repository']) core.failNext(name, offlineProblem);
    return { core };
  },
  /** Nothing that is asked of the core works. */
  broken: () => {
    const core = full();
    for (const name of ['chats.get', 'chats.list', 'hardware.snapshot', 'plan.forModel', 'plan.table']) {
      core.failNext(name, sample.problems.diskFull);
    }
    return { core };
  },
};
