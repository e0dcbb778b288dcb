import { type OpenSocket, openSockets } from '../sockets/open-sockets.ts';
import { isOwned } from './owned-sockets.ts';

/**
 * The connections that the clients of one class may have opened before hangup knew these clients. The SDKs keep no list of
 * them, so hangup looks for the open sockets that no client ends, and compares addresses. It cannot tell which of two clients of
 * one provider has opened such a socket: then it tells both of it.
 */
export class EarlyConnections<T extends object> {
  readonly #addressesOf: (client: T) => readonly unknown[];
  /** The sockets that were open when the class was overlaid. */
  #atOverlay: readonly OpenSocket[] = [];

  /** @param addressesOf lists addresses of the client's provider; values that are no URLs count for nothing */
  constructor(addressesOf: (client: T) => readonly unknown[]) {
    this.#addressesOf = addressesOf;
  }

  look(): void {
    this.#atOverlay = openSockets(isOwned);
  }

  /** @param isNew hangup meets this client now, and has seen none of its connections until now */
  of(client: T, isNew: boolean): readonly OpenSocket[] {
    const sockets = new Set([...this.#atOverlay, ...(isNew ? openSockets(isOwned) : [])]);
    if (sockets.size === 0) return [];
    const hosts = hostsIn(this.#addresses(client));
    return [...sockets].filter(({ url }) => hosts.has(hostOf(url)));
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

function hostsIn(addresses: readonly unknown[]): ReadonlySet<string> {
  const urls = addresses.filter((address) => typeof address === 'string' && URL.canParse(address)) as string[];
  return new Set(urls.map((url) => hostOf(new URL(url))));
}

/** Providers have several hosts in one domain, such as `api.` and `streaming.`: then it is the domain. */
function hostOf({ host, hostname }: URL): string {
  return /[^.]+\.[a-z]+$/i.exec(hostname)?.[0] ?? host;
}
