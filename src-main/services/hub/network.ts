import type { DownloadSettings, Network as NetworkState } from '../../contract/downloads.contract.ts';
import { problemError } from '../../contract/problem.ts';
import { Connections } from './egress/connections.ts';
import { Egress } from './egress/egress.ts';
import { RequestLog } from './egress/request-log.ts';
import { hubEndpoint } from './endpoint.ts';
import type { TokenStore } from './token-store.ts';

export interface NetworkOptions {
  settings: () => Promise<Pick<DownloadSettings, 'endpoint' | 'proxy'>>;
  tokens: TokenStore;
}

/** How Nibble reaches the Hub: what a person has set, else what the environment says. All requests are in one log. */
export class Network {
  readonly log = new RequestLog();
  readonly #options: NetworkOptions;
  #connections: { proxy: string | null; made: Connections } | null = null;

  constructor(options: NetworkOptions) {
    this.#options = options;
  }

  /** Made for each use, so that a change takes effect without a restart. */
  async egress(): Promise<Egress> {
    const { endpoint, proxy } = await this.#options.settings();
    const token = (await this.#token())?.token;
    return new Egress({
      endpoint: hubEndpoint(endpoint ?? process.env['HF_ENDPOINT']),
      token: () => token,
      log: this.log,
      connections: this.#connectionsBy(proxy),
    });
  }

  async state(): Promise<NetworkState> {
    const { endpoint, proxy } = await this.#options.settings();
    const environment = process.env['HF_ENDPOINT']?.trim();
    const token = await this.#token();
    const proxyInForce = proxy ?? environmentProxy();
    return {
      endpoint: endpoint ?? (environment ? environment : hubEndpoint(undefined).href),
      endpointFrom: endpoint === null ? (environment ? 'environment' : 'default') : 'settings',
      proxy: proxyInForce === null ? null : withoutSecret(proxyInForce),
      proxyFrom: proxy === null ? (proxyInForce === null ? null : 'environment') : 'settings',
      token: { keptIn: token?.keptIn ?? null, wouldBeKeptIn: this.#options.tokens.place },
    };
  }

  async setToken(token: string): Promise<void> {
    const trimmed = token.trim();
    // What an HTTP header can carry: anything else would fail at each request instead of here.
    if (!/^[\x21-\x7e]+$/.test(trimmed)) {
      throw problemError('request.invalid', {
        field: 'token',
        reason: 'A token has letters, digits and _ only',
      });
    }
    await this.#options.tokens.set(trimmed);
  }

  clearToken(): Promise<void> {
    return this.#options.tokens.clear();
  }

  #connectionsBy(proxy: string | null): Connections {
    if (this.#connections?.proxy !== proxy) this.#connections = { proxy, made: new Connections(proxy) };
    return this.#connections.made;
  }

  async #token(): Promise<{ token: string; keptIn: 'keychain' | 'file' | 'environment' } | null> {
    const kept = await this.#options.tokens.get();
    if (kept) return kept;
    const token = process.env['HF_TOKEN']?.trim();
    return token ? { token, keptIn: 'environment' } : null;
  }
}

function environmentProxy(): string | null {
  const { https_proxy, HTTPS_PROXY } = process.env;
  return (https_proxy ?? HTTPS_PROXY)?.trim() || null;
}

function withoutSecret(proxy: string): string {
  if (!URL.canParse(proxy)) return proxy;
  const url = new URL(proxy);
  return url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
}
