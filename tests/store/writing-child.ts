/**
 * Writes turns and answers without a pause and prints the id of each message once the store has acknowledged it:
 * `writing-child.ts DATA_DIR DELAY_MICROSECONDS ACKNOWLEDGEMENTS`. After so many and the delay it kills itself, which
 * lands in the middle of some later write.
 */
import { writeSync } from 'node:fs';
import { defaultChatSettings } from '../../src-main/contract/defaults.ts';
import { Store } from '../../src-main/services/store/store.ts';

const [dataDir = '', delay = '0', acknowledgements = '1'] = process.argv.slice(2);
const { run } = new Store({ dataDir });
let left = Number(acknowledgements);

/** Synchronous: what was acknowledged is known outside before anything else happens. */
function acknowledge(messageId: number, text: string): void {
  writeSync(1, `${JSON.stringify([messageId, text])}\n`);
  left -= 1;
  if (left !== 0) return;
  const end = performance.now() + Number(delay) / 1000;
  const dieWhenDue = () => {
    if (performance.now() >= end) process.kill(process.pid, 'SIGKILL');
    setImmediate(dieWhenDue);
  };
  dieWhenDue();
}

async function writeChat(): Promise<void> {
  const { id: chatId } = await run.createChat({
    title: 'c',
    modelId: null,
    settings: defaultChatSettings,
    now: 1,
  });
  for (let turn = 0; ; turn += 1) {
    const text = `Question ${turn} ${'padding '.repeat(turn % 200)}`;
    const { question, answer } = await run.addTurn({ chatId, text, modelName: null, now: turn });
    acknowledge(question.id, text);
    const finished = await run.finishAnswer({
      messageId: answer.id,
      status: 'complete',
      text: `Answer to ${text}`,
      reasoning: '',
      stats: null,
      problem: null,
    });
    acknowledge(finished.id, finished.text);
  }
}

await Promise.all([writeChat(), writeChat(), writeChat()]);
