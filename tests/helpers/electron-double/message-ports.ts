import type { MessagePortMain } from 'electron';
import { EventEmitter } from 'node:events';

type Used = 'close' | 'postMessage' | 'start';

/** Holds messages until it is started, delivers copies later, and tells the other end when it closes. */
export class MessagePortDouble extends EventEmitter implements Pick<MessagePortMain, Used> {
  #peer: MessagePortDouble | null = null;
  #waiting: unknown[] | null = [];

  static pair(): [MessagePortDouble, MessagePortDouble] {
    const [one, two] = [new MessagePortDouble(), new MessagePortDouble()];
    one.#peer = two;
    two.#peer = one;
    return [one, two];
  }

  postMessage(message: unknown): void {
    this.#peer?.receive(structuredClone(message));
  }

  start(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const message of waiting) this.#deliver(message);
  }

  close(): void {
    const peer = this.#peer;
    this.#peer = null;
    if (peer === null) return;
    peer.#peer = null;
    setImmediate(() => {
      this.emit('close');
      peer.emit('close');
    });
  }

  private receive(message: unknown): void {
    if (this.#waiting === null) this.#deliver(message);
    else this.#waiting.push(message);
  }

  #deliver(message: unknown): void {
    setImmediate(() => this.emit('message', { data: message, ports: [] }));
  }
}

export class MessageChannelMain {
  readonly port1: MessagePortDouble;
  readonly port2: MessagePortDouble;

  constructor() {
    [this.port1, this.port2] = MessagePortDouble.pair();
  }
}
