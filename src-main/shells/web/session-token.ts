/**
 * How a browser gets in. The link in the terminal carries a token in its fragment, which browsers never send in a request; the
 * window posts it once and gets a cookie. Only SHA-256 digests are kept, so that comparing takes the same time
 * whatever was sent, and a dump of this process's memory opens nothing.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const TOKEN_BYTES = 32;
/** Browsers that may be connected at once; a further one ends the oldest session. */
const MAX_SESSIONS = 16;

export class SessionTokens {
  #link: Buffer | null = null;
  readonly #sessions: Buffer[] = [];

  /** A new token for a link. The one before it no longer works. */
  issueLink(): string {
    const token = newToken();
    this.#link = digest(token);
    return token;
  }

  /** Trades a link's token for that of a session, once. Null when it is wrong or was used already. */
  exchange(token: string): string | null {
    if (this.#link === null || !timingSafeEqual(this.#link, digest(token))) return null;
    this.#link = null;
    const session = newToken();
    this.#sessions.push(digest(session));
    if (this.#sessions.length > MAX_SESSIONS) this.#sessions.shift();
    return session;
  }

  isSession(token: string): boolean {
    const given = digest(token);
    // Every session is compared, so that the time does not tell which one came close.
    return this.#sessions.filter((session) => timingSafeEqual(session, given)).length > 0;
  }
}

function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
