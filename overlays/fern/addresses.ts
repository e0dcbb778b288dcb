/** A client that Fern has generated. Each of these options may be a function or a promise too. */
interface Client {
  readonly _options?: { readonly baseUrl?: unknown; readonly environment?: unknown };
}

/** The addresses that a client's options give without a call. @param production the SDK's own, where they give none */
export function addressesIn(client: object, production: string): readonly unknown[] {
  const { baseUrl, environment } = (client as Client)._options ?? {};
  const urls = typeof environment === 'object' && environment !== null ? Object.values(environment) : [environment];
  return [baseUrl ?? production, ...urls];
}
