export type Route =
  | { page: 'chat'; chatId: number | null }
  | ModelsRoute
  | { page: 'fits'; source: string | null }
  | { page: 'computer' }
  | { page: 'accuracy' }
  | { page: 'settings' };

/** The pages about models: what is here, what there is to find, what is on its way, and one model in full. */
export type ModelsRoute =
  | { page: 'models'; view: 'library' }
  | { page: 'models'; view: 'discover'; repository: string | null }
  | { page: 'models'; view: 'downloads' }
  | { page: 'models'; view: 'details'; modelId: number };

const FITS = '#/fits';
const FITS_SOURCE = `${FITS}?source=`;
const MODELS = '#/models';
const DISCOVER = `${MODELS}/discover`;

/**
 * `#/` is a new chat, `#/chats/12` a chat, `#/models/12` a model, `#/models/discover/owner/name` a repository, then one
 * address per page; that of the levels may name the model they are asked for. Anything else is a new chat.
 */
export function parseRoute(hash: string): Route {
  const chat = /^#\/chats\/([1-9]\d{0,14})$/.exec(hash);
  if (chat) return { page: 'chat', chatId: Number(chat[1]) };
  if (hash.startsWith(FITS_SOURCE)) return { page: 'fits', source: decoded(hash.slice(FITS_SOURCE.length)) };
  switch (hash) {
    case MODELS:
      return { page: 'models', view: 'library' };
    case DISCOVER:
      return { page: 'models', view: 'discover', repository: null };
    case `${MODELS}/downloads`:
      return { page: 'models', view: 'downloads' };
    case FITS:
      return { page: 'fits', source: null };
    case '#/computer':
      return { page: 'computer' };
    case '#/accuracy':
      return { page: 'accuracy' };
    case '#/settings':
      return { page: 'settings' };
    default:
      return parseModelsRoute(hash) ?? { page: 'chat', chatId: null };
  }
}

function parseModelsRoute(hash: string): ModelsRoute | null {
  const model = /^#\/models\/([1-9]\d{0,14})$/.exec(hash);
  if (model) return { page: 'models', view: 'details', modelId: Number(model[1]) };
  const repository = /^#\/models\/discover\/([^/]+\/[^/]+)$/.exec(hash)?.[1];
  return repository === undefined
    ? null
    : { page: 'models', view: 'discover', repository: decoded(repository) };
}

/** Null for what is no encoded text: an address can be typed by hand. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

export function hrefOf(route: Route): string {
  switch (route.page) {
    case 'chat':
      return route.chatId === null ? '#/' : `#/chats/${route.chatId}`;
    case 'models':
      return hrefOfModels(route);
    case 'fits':
      return route.source === null ? FITS : `${FITS_SOURCE}${encodeURIComponent(route.source)}`;
    default:
      return `#/${route.page}`;
  }
}

function hrefOfModels(route: ModelsRoute): string {
  switch (route.view) {
    case 'library':
      return MODELS;
    case 'discover':
      return route.repository === null
        ? DISCOVER
        : `${DISCOVER}/${route.repository.split('/').map(encodeURIComponent).join('/')}`;
    case 'downloads':
      return `${MODELS}/downloads`;
    case 'details':
      return `${MODELS}/${route.modelId}`;
    default:
      return route satisfies never;
  }
}

/** The page that is shown, kept in the address so that back, forward and reload work. */
export class Router {
  #route = $state.raw<Route>(parseRoute(location.hash));

  get route(): Route {
    return this.#route;
  }

  /** Follows the address until the returned function is called. */
  listen(): () => void {
    const follow = () => (this.#route = parseRoute(location.hash));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }

  go(route: Route): void {
    if (hrefOf(route) !== location.hash) location.hash = hrefOf(route);
    this.#route = route;
  }

  /** Goes on without a step in the history: a new chat that has become a chat. */
  replace(route: Route): void {
    history.replaceState(null, '', hrefOf(route));
    this.#route = route;
  }
}
