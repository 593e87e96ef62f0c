const MAX_LENGTH = 2048;
/** What turns or hides the text around it, and backslashes, which browsers read differently: an address could pass for another. */
const deceptive = /[\\\s\p{Cc}\p{Cf}\u{E0000}-\u{E0FFF}]/u;

/** An address that a text from outside may lead to when it is clicked: https and nothing unusual about it. Else null. */
export function safeLink(address: string): URL | null {
  if (address.length > MAX_LENGTH || deceptive.test(address) || !URL.canParse(address)) return null;
  const url = new URL(address);
  return url.protocol === 'https:' && url.username === '' && url.password === '' ? url : null;
}
