import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { type Owner, WatchedSocket } from '../../overlays/connection/watched-socket.ts';
import { CONNECTING } from '../../overlays/sockets/socket.ts';

/** A socket of Node's own kind: what is heard of it is heard by listeners. */
class NativeSocket extends EventTarget {
  readonly readyState = CONNECTING;
  close(): void {}
}

test("a socket of Node's own has one listener of a connection for its close: Node warns of an eleventh", () => {
  const socket = new NativeSocket();
  let opened = 0;
  const owner = { faults: {}, onOpen: () => opened++ } as unknown as Owner;
  const watched = new WatchedSocket(socket as never, owner);
  watched.listen('last', 'last');
  watched.limitHandshake(1000);
  expect(getEventListeners(socket, 'close')).toHaveLength(1);
  socket.dispatchEvent(new Event('open'));
  expect(opened).toBe(1);
  watched.stop();
});
