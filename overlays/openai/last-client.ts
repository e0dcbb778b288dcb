import { shared } from '../../core/shared.ts';

/** The client whose base URL was read last, in this tick. All copies of hangup share it. */
const last = () => shared('openai.client@1', () => ({ client: undefined as object | undefined }));

/**
 * Notes that somebody has read the base URL of a client. The constructor of a connection does so before it dials, and keeps
 * no reference to the client.
 */
export function noteClient(client: object): void {
  const read = last();
  queueMicrotask(() => {
    if (read.client === client) read.client = undefined;
  });
  read.client = client;
}

/** Takes the client of the connection that is being constructed. `undefined` for a client that was not overlaid. */
export function takeLastClient(): object | undefined {
  const read = last();
  const { client } = read;
  // The next connection of this tick may belong to a client that nobody watches.
  read.client = undefined;
  return client;
}
