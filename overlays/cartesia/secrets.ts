import { headerEntries } from '../stainless/headers.ts';
import type { SocketOptions } from '../stainless/stand-in.ts';

/** The members of the SDK's client that hold its keys. */
export interface CartesiaClient {
  apiKey?: string | null;
  token?: string | null;
}

/** The secrets that no error of a connection may show: the keys and tokens of its client, and its own. */
export function secretsOf(
  client: CartesiaClient | undefined,
  options: SocketOptions,
  parameters: Readonly<Record<string, unknown>> = {},
): unknown[] {
  const given = headerEntries(options?.headers).filter(([name]) => /^authorization$/i.test(name));
  const tokens = given.map(([, value]) => String(value).replace(/^\S+\s+/, ''));
  return [client?.apiKey, client?.token, ...tokens, parameters.api_key, parameters.access_token];
}
