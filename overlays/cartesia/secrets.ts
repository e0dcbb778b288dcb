import { headerEntries } from './headers.ts';
import type { SocketOptions } from './stand-in.ts';

/** The SDK's client, as far as connections know it. */
export interface CartesiaClient {
  apiKey?: string | null;
  token?: string | null;
}

/** What no error of a connection may show: the keys and tokens of its client, and those that it was given for itself. */
export function secretsOf(
  client: CartesiaClient | undefined,
  options: SocketOptions,
  parameters: Readonly<Record<string, unknown>> = {},
): unknown[] {
  const given = headerEntries(options?.headers).filter(([name]) => /^authorization$/i.test(name));
  const tokens = given.map(([, value]) => String(value).replace(/^\S+\s+/, ''));
  return [client?.apiKey, client?.token, ...tokens, parameters.api_key, parameters.access_token];
}
