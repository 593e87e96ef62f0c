import { problemError, type ProblemError } from '../../../contract/problem.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known: there is no network, or the name is wrong',
  EAI_AGAIN: 'its name could not be looked up: there is no network',
  ENETUNREACH: 'there is no network',
  EHOSTUNREACH: 'there is no way to it',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'it does not answer',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not signed by anybody this computer trusts',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not signed by anybody this computer trusts',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  ERR_PROXY_TUNNEL: 'the proxy does not let the connection through',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not signed by anybody this computer trusts',
};

/** The problem for a request that failed below HTTP. */
export function unreachable(host: string, error: unknown): ProblemError {
  const code = systemCode(error);
  // llhttp's codes for what does not follow HTTP.
  const isGarbled = code?.startsWith('HPE_') ?? false;
  const reason = isGarbled ? 'what it sends is not HTTP' : (reasons[code ?? ''] ?? other(code));
  return problemError('hub.unreachable', { host, reason }, error);
}

function systemCode(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    // Happy Eyeballs tries every address and gathers what each of them said.
    if (cause instanceof AggregateError) return systemCode(cause.errors[0]);
  }
  return undefined;
}

const other = (code: string | undefined) => `the connection failed${code ? ` (${code})` : ''}`;
