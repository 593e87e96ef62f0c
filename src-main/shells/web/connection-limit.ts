/**
 * Keeps the number of connections bounded without letting strangers lock the window out. A connection counts as
 * proven once a request with a session arrived on it. When the limit is reached, the oldest unproven one is
 * closed to make room, so a program that opens a thousand connections only pushes out its own.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

const MAX_CONNECTIONS = 64;

export class ConnectionLimit {
  /** In order of arrival. */
  readonly #unproven = new Set<Socket>();
  readonly #proven = new Set<Socket>();

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => this.#admit(socket));
  }

  /** To be called for a request that carries a valid session. */
  prove(socket: Socket): void {
    if (this.#unproven.delete(socket)) this.#proven.add(socket);
  }

  #admit(socket: Socket): void {
    socket.once('close', () => {
      this.#unproven.delete(socket);
      this.#proven.delete(socket);
    });
    this.#unproven.add(socket);
    if (this.#unproven.size + this.#proven.size <= MAX_CONNECTIONS) return;
    const [oldest] = this.#unproven;
    if (oldest !== undefined) this.#unproven.delete(oldest);
    oldest?.destroy();
  }
}
