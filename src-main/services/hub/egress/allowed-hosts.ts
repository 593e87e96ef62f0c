import { isLoopback } from '../../../contract/model-address.ts';

/**
 * The hosts Nibble may connect to: the Hub, where it keeps its files, and the endpoint that the person has set.
 * Plain HTTP stays on this computer: a mirror or a test server there may hand files out on another of its ports.
 */
export function isAllowed(url: URL, endpoint: URL): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (url.origin === endpoint.origin) return true;
  if (url.protocol === 'http:') return isLoopback(url) && isLoopback(endpoint);
  if (url.protocol !== 'https:' || url.port !== '') return false;
  return url.hostname === 'huggingface.co' || url.hostname.endsWith('.hf.co');
}

/**
 * Where the way from an address that a person gave may lead: to any host by https, which alone makes sure who answers.
 * Plain HTTP stays on this computer, and is there only for who began there.
 */
export function isAllowedFrom(url: URL, given: URL): boolean {
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'http:') return isLoopback(url) && given.protocol === 'http:' && isLoopback(given);
  return url.protocol === 'https:';
}
