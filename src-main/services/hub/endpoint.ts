import { isLoopback } from '../../contract/model-address.ts';
import { problemError } from '../../contract/problem.ts';

const HUB = 'https://huggingface.co';

/**
 * Where the Hub is: huggingface.co, or the mirror that `HF_ENDPOINT` names, as in Hugging Face's own programs. A
 * mirror on another machine has to be reached by https: whoever sits between could else hand out other models.
 */
export function hubEndpoint(setting: string | undefined): URL {
  if (setting === undefined || setting.trim() === '') return new URL(HUB);
  const refuse = (reason: string) => problemError('hub.badEndpoint', { reason });
  if (!URL.canParse(setting)) throw refuse('it is not an address');
  const url = new URL(setting);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw refuse('it does not begin with https://');
  }
  if (url.username !== '' || url.password !== '') throw refuse('it holds a user name or a password');
  if (url.search !== '' || url.hash !== '') throw refuse('it has more than a host and a path');
  return url;
}

/** The address of `path` below the endpoint, whose own path a mirror may need. */
export function endpointUrl(endpoint: URL, path: string): URL {
  return new URL(`${endpoint.origin}${endpoint.pathname.replace(/\/+$/, '')}/${path}`);
}

/** Below the endpoint, a file of a repository at a commit. */
export function resolvePath(repository: string, commit: string, path: string): string {
  const segments = path.split('/').map((segment) => encodeURIComponent(segment));
  return `${repository}/resolve/${commit}/${segments.join('/')}`;
}
