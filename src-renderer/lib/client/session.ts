/** Why the window may not talk to the core. */
export type Refusal = 'linkUsed' | 'noSession' | 'unreachable';

const TOKEN = /^#token=([\w-]{16,512})$/;

/**
 * The web shell prints a link whose fragment holds a token. It is exchanged once for an HttpOnly cookie and
 * leaves the address bar at once, so that it stays out of the history, bookmarks and screenshots.
 */
export async function openSession(): Promise<Refusal | null> {
  const token = TOKEN.exec(location.hash)?.[1];
  if (token === undefined) return null;
  history.replaceState(null, '', location.pathname);
  try {
    const answer = await fetch('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    // A link that was used already is no obstacle while the cookie of its first use still holds.
    if (answer.ok || (await hasSession())) return null;
    return 'linkUsed';
  } catch {
    return 'unreachable';
  }
}

async function hasSession(): Promise<boolean> {
  const answer = await fetch('/rpc/shell/info', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  return answer.ok;
}
