import { type OpenSocket, openSockets } from '../sockets/open-sockets.ts';
import { isOwned } from './owned-sockets.ts';

/**
 * The connections that the clients of one class may have opened before hangup knew these clients. The SDKs keep no list of
 * them, so hangup looks for the open sockets that no client ends, and compares addresses. It cannot tell which of two clients of
 * one provider has opened such a socket: then it tells both of it.
 */
export class EarlyConnections<T extends object> {
  readonly #sdk: string;
  readonly #addressesOf: (client: T) => readonly unknown[];
  /** The sockets that were open when the class was overlaid. */
  #atOverlay: readonly OpenSocket[] = [];

  /**
   * @param sdk its name, which is that of the provider's own domain
   * @param addressesOf lists addresses of the client's provider; values that are no URLs count for nothing
   */
  constructor(sdk: string, addressesOf: (client: T) => readonly unknown[]) {
    this.#sdk = sdk;
    this.#addressesOf = addressesOf;
  }

  look(): void {
    this.#atOverlay = openSockets(isOwned);
  }

  /**
   * @param isNew true when hangup meets this client now, and has seen none of its connections; false when it has known the client from
   *   the begin, so that there are none from before; anything else when it cannot tell
   */
  of(client: T, isNew: boolean | undefined): readonly OpenSocket[] {
    if (isNew === false) return [];
    const sockets = isNew === true ? openSockets(isOwned) : this.#atOverlay;
    if (sockets.length === 0) return [];
    const hosts = new Set(urlsIn(this.#addresses(client)).map((url) => this.#hostOf(url)));
    return sockets.filter(({ url }) => hosts.has(this.#hostOf(url)));
  }

  /** Providers have several hosts in a domain of their name, such as `api.` and `streaming.`: then it is the domain. */
  #hostOf({ host, hostname }: URL): string {
    const [domain, name] = /([^.]+)\.[a-z]+$/i.exec(hostname) ?? [];
    return domain !== undefined && name === this.#sdk ? domain : host;
  }

  #addresses(client: T): readonly unknown[] {
    try {
      return this.#addressesOf(client);
    } catch {
      // The SDK cannot read its own options. Then it can connect to nothing.
      return [];
    }
  }
}

function urlsIn(addresses: readonly unknown[]): URL[] {
  const urls = addresses.filter((address) => typeof address === 'string' && URL.canParse(address)) as string[];
  return urls.map((url) => new URL(url));
}
