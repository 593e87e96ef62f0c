import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSessionCookie, sessionCookie } from '../../../../src-main/shells/web/session-cookie.ts';
import { SessionTokens } from '../../../../src-main/shells/web/session-token.ts';

function newSession(tokens: SessionTokens): string {
  const session = tokens.exchange(tokens.issueLink());
  if (session === null) throw new Error('a fresh link was refused');
  return session;
}

describe('SessionTokens', () => {
  it('gives one session for a link', () => {
    const tokens = new SessionTokens();
    const link = tokens.issueLink();
    const session = tokens.exchange(link);
    expect(session).not.toBeNull();
    expect(session).not.toBe(link);
    expect(tokens.isSession(session ?? '')).toBe(true);
    expect(tokens.exchange(link)).toBeNull();
    expect(tokens.isSession(link)).toBe(false);
  });

  it('has nothing to give before the first link', () => {
    const tokens = new SessionTokens();
    expect(tokens.exchange('')).toBeNull();
    expect(tokens.isSession('')).toBe(false);
  });

  it('keeps 16 sessions and ends the oldest first', () => {
    const tokens = new SessionTokens();
    const sessions = Array.from({ length: 17 }, () => newSession(tokens));
    expect(sessions.map((session) => tokens.isSession(session))).toEqual([
      false,
      ...Array<boolean>(16).fill(true),
    ]);
  });

  it('lets no other text in', () => {
    const tokens = new SessionTokens();
    const session = newSession(tokens);
    const link = tokens.issueLink();
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(tokens.exchange(text)).toBeNull();
        expect(tokens.isSession(text)).toBe(text === session);
      }),
    );
    expect(tokens.exchange(link)).not.toBeNull();
  });
});

describe('the session cookie', () => {
  it('is read back among others', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w-]{43}$/), fc.integer({ min: 1, max: 65_535 }), (session, port) => {
        const [pair = ''] = sessionCookie(port, session).split(';');
        expect(readSessionCookie(`a=b; ${pair}; c=d`, port)).toBe(session);
        expect(readSessionCookie(pair, port + 1)).toBeNull();
        expect(readSessionCookie(`${pair}; ${pair}`, port)).toBeNull();
      }),
    );
  });

  it.each([undefined, '', ';', 'nibble-session-1', 'xnibble-session-1=a'])('is not in %j', (header) => {
    expect(readSessionCookie(header, 1)).toBeNull();
  });
});
