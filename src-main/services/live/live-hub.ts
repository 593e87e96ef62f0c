import type { LiveEvent } from '../../contract/live.contract.ts';

/**
 * Hands events to every open window. Each subscriber has a backlog that holds at most one event of each kind and
 * subject: a slow reader gets fewer and longer deltas instead of an ever longer queue, and a settled message
 * takes the place of the deltas that led to it.
 */
export class LiveHub {
  readonly #subscribers = new Set<Backlog>();

  publish(event: LiveEvent): void {
    for (const backlog of this.#subscribers) backlog.add(event);
  }

  /** Yields `first`, then everything published from the moment of the call, until `signal` aborts. */
  subscribe(first: readonly LiveEvent[], signal?: AbortSignal): AsyncGenerator<LiveEvent, void> {
    const backlog = new Backlog();
    for (const event of first) backlog.add(event);
    this.#subscribers.add(backlog);
    // A generator that is never started never reaches its `finally`: the signal has to end it as well.
    const leave = () => {
      this.#subscribers.delete(backlog);
      backlog.close();
    };
    signal?.addEventListener('abort', leave, { once: true });
    if (signal?.aborted) leave();
    return drain(backlog, () => {
      signal?.removeEventListener('abort', leave);
      leave();
    });
  }

  get subscriberCount(): number {
    return this.#subscribers.size;
  }
}

async function* drain(backlog: Backlog, leave: () => void): AsyncGenerator<LiveEvent, void> {
  try {
    for (;;) {
      const batch = await backlog.take();
      if (batch === null) return;
      yield* batch;
    }
  } finally {
    leave();
  }
}

function subjectOf(event: LiveEvent): string {
  switch (event.type) {
    case 'message':
      return `message:${event.message.id}`;
    case 'delta':
    case 'prefill':
      return `${event.type}:${event.messageId}`;
    case 'chat':
      return `chat:${event.chat.id}`;
    case 'chatDeleted':
      return `chat:${event.chatId}`;
    case 'engine':
    case 'models':
    case 'library':
    case 'downloads':
    case 'settings':
      return event.type;
    default:
      return event satisfies never;
  }
}

class Backlog {
  #events = new Map<string, LiveEvent>();
  #closed = false;
  #wake: (() => void) | null = null;

  add(event: LiveEvent): void {
    const subject = subjectOf(event);
    const waiting = this.#events.get(subject);
    if (event.type === 'delta' && waiting?.type === 'delta') {
      this.#events.set(subject, {
        ...event,
        text: waiting.text + event.text,
        reasoning: waiting.reasoning + event.reasoning,
      });
    } else {
      if (event.type === 'message') {
        this.#events.delete(`delta:${event.message.id}`);
        this.#events.delete(`prefill:${event.message.id}`);
      }
      this.#events.delete(subject);
      this.#events.set(subject, event);
    }
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** All that waits, or null once closed. One reader at a time. */
  async take(): Promise<LiveEvent[] | null> {
    if (this.#events.size === 0 && !this.#closed) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = null;
    }
    if (this.#closed) return null;
    const batch = [...this.#events.values()];
    this.#events = new Map();
    return batch;
  }
}
