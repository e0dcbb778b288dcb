import { afterEach, expect, it, vi } from 'vitest';
import { Connection } from '../../overlays/connection/connection.ts';
import { Faults } from '../../overlays/connection/faults.ts';
import { StreamSet } from '../../overlays/connection/streams.ts';

class Socket extends EventTarget {
  readyState = 1;
  close() {}
}

class Line extends Connection {
  readonly faults = new Faults({ name: 'socket test' }, () => []);
  readonly streams = new StreamSet();
  readonly name = 'socket';
  readonly socket = new Socket() as never;

  constructor() {
    super({ onBusy() {}, onIdle() {}, onReopen() {} });
    this.adopt();
  }
  adopt() {
    this.attachSocket(this.socket, { timeout: 2000, connectTimeout: 1000 });
  }
  sendClose() {}
}

afterEach(() => vi.useRealTimers());

it('a close() of a socket that is lost already starts no timer', () => {
  vi.useFakeTimers();
  const socket = new Line().socket as Socket;
  socket.readyState = 3;
  socket.dispatchEvent(new Event('close'));
  socket.close();
  expect(vi.getTimerCount()).toBe(0);
});

it('a socket that is taken over twice leaves no timer when it is lost', () => {
  vi.useFakeTimers();
  const line = new Line();
  line.adopt();
  const socket = line.socket as Socket;
  socket.close();
  expect(vi.getTimerCount()).toBe(1);
  socket.readyState = 3;
  socket.dispatchEvent(new Event('close'));
  expect(vi.getTimerCount()).toBe(0);
});
