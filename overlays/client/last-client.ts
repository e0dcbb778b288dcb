import { shared } from '../../core/shared.ts';

/** The client that was read last in this tick, by SDK. All copies of hangup share it. */
const last = (sdk: string) => shared(`${sdk}.client@1`, () => ({ client: undefined as object | undefined }));

/**
 * Notes that an SDK has just read something of a client. Some SDKs do so right before they make a connection, which keeps no
 * reference to the client.
 */
export function noteClient(sdk: string, client: object): void {
  const read = last(sdk);
  queueMicrotask(() => {
    if (read.client === client) read.client = undefined;
  });
  read.client = client;
}

/** Takes the client of the connection that is being constructed. `undefined` for a client that was not overlaid. */
export function takeLastClient(sdk: string): object | undefined {
  const read = last(sdk);
  const { client } = read;
  // The next connection of this tick may belong to a client that nobody watches.
  read.client = undefined;
  return client;
}
