/** An SDK that itself waits longer for a close, for the last words of the provider, goes on to wait as long. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Connection } from '../../overlays/connection/connection.ts';
import { Faults } from '../../overlays/connection/faults.ts';
import { StreamSet } from '../../overlays/connection/streams.ts';

class Socket extends EventTarget {
  readyState = 1;
  isDestroyed = false;
  close() {}
  terminate() {
    this.isDestroyed = true;
    this.end();
  }
  end() {
    this.readyState = 3;
    this.dispatchEvent(new Event('close'));
  }
}

class Line extends Connection {
  readonly faults = new Faults({ name: 'socket test' }, () => []);
  readonly streams = new StreamSet();
  readonly name = 'socket';
  readonly platform = new Socket();
  readonly socket = this.platform as never;

  constructor() {
    super({ onBusy() {}, onIdle() {}, onReopen() {} });
    this.attachSocket(this.socket, { timeout: 2000, connectTimeout: 1000 });
  }
  adopt() {}
  sendClose() {}
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('a farewell within the limit of the SDK is heard', async () => {
  const line = new Line();
  const closing = line.close(() => {}, 5000);
  await vi.advanceTimersByTimeAsync(4000);
  expect(line.platform.isDestroyed).toBe(false);
  line.platform.end();
  expect(await closing).toMatchObject({ outcome: 'graceful', abandoned: [] });
});

it.each([
  [undefined, 1000],
  [5000, 5000],
])('with the limit %s it is forced after %s ms', async (limit, ms) => {
  const line = new Line();
  const closing = line.close(() => {}, limit);
  await vi.advanceTimersByTimeAsync(ms - 1);
  expect(line.platform.isDestroyed).toBe(false);
  await vi.advanceTimersByTimeAsync(2);
  expect(line.platform.isDestroyed).toBe(true);
  expect(await closing).toMatchObject({ outcome: 'forced', reason: 'deadline' });
});
