/** Cookies are shared by all ports of a host, so the name carries the port: two Nibbles do not log each other out. */
function cookieName(port: number): string {
  return `nibble-session-${port}`;
}

/** Without an age, so that it ends with the browser; no `Secure`, because the loopback has no TLS. */
export function sessionCookie(port: number, session: string): string {
  return `${cookieName(port)}=${session}; Path=/; HttpOnly; SameSite=Strict`;
}

/** The session in a `Cookie` header. Two of the name are as good as none: one of them was planted. */
export function readSessionCookie(header: string | undefined, port: number): string | null {
  const prefix = `${cookieName(port)}=`;
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix));
  return values.length === 1 ? (values[0]?.slice(prefix.length) ?? null) : null;
}
