const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * What is wrong with the address of a mirror; null when nothing is. The core checks it again before it is used: what
 * counts here is that the person learns of it at the field.
 */
export function mirrorError(text: string): string | null {
  if (!URL.canParse(text)) return 'Write an address that begins with https://.';
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  if (protocol !== 'https:' && !(protocol === 'http:' && loopback.has(hostname))) {
    return 'Begin with https://: whoever sits between could else hand out other models.';
  }
  if (username !== '' || password !== '') return 'Leave out user name and password.';
  if (search !== '' || hash !== '') return 'Leave out what follows the path.';
  return null;
}

export function proxyError(text: string): string | null {
  if (!URL.canParse(text)) return 'Write it as http://host:port.';
  const { protocol, hostname, pathname, search, hash } = new URL(text);
  if ((protocol !== 'http:' && protocol !== 'https:') || hostname === '') {
    return 'Begin with http:// or https://.';
  }
  return pathname.length > 1 || search !== '' || hash !== '' ? 'Leave out what follows the port.' : null;
}

/** Where a relative path leads depends on where Nibble was started. */
export function folderError(text: string): string | null {
  return /^(?:\/|[a-z]:[\\/]|\\\\)/i.test(text) ? null : 'Write the whole path, from the root of the disk.';
}
