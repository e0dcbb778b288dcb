/** A client ends its connections under one deadline, and loses no name. */
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { forceCap } from '../../core/limits.ts';
import { ClientState } from '../../overlays/client/client-state.ts';
import { Connection } from '../../overlays/connection/connection.ts';
import { Faults } from '../../overlays/connection/faults.ts';
import { type Stream, StreamSet } from '../../overlays/connection/streams.ts';
import { OPEN, type SocketLike } from '../../overlays/sockets/socket.ts';

/** A socket that nothing closes: a browser's, with a peer that does not answer. */
const undestroyable = (): SocketLike => ({
  readyState: OPEN,
  close() {},
  addEventListener() {},
  removeEventListener() {},
});

class StuckConnection extends Connection {
  readonly faults = new Faults({ name: 'socket test' }, () => []);
  readonly streams = new StreamSet();
  protected readonly socket = undestroyable();
  readonly name: string;

  constructor(name: string) {
    super({ onBusy() {}, onIdle() {}, onReopen() {} });
    this.name = name;
    this.streams.add(aContext);
    this.attachSocket(this.socket, { timeout: 2000, connectTimeout: 1000 });
  }

  adopt(): void {}
  protected sendClose(): void {}
}

/** The context that each connection reads. */
const aContext: Stream = {
  name: 'context a',
  contextId: 'a',
  isOpen: true,
  cut() {},
  drop() {},
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([
  ['within its budget', { timeout: 100 }, 100, 'deadline'],
  ['by force', { force: true, timeout: 0 }, 0, 'force'],
] as const)(
  'two sockets that cannot be destroyed, %s: both are named, with their paths',
  async (_name, limit, ms, reason) => {
    const client = new ClientState();
    for (const where of ['tts', 'stt']) client.add(new StuckConnection(`socket ${where}`));
    const { ended } = client.end(limit);
    await vi.advanceTimersByTimeAsync(ms + forceCap + 1);
    const report = await ended;
    expect(report.abandoned).toEqual([
      'client › socket tts',
      'client › socket tts › context a',
      'client › socket stt',
      'client › socket stt › context a',
    ]);
    expect(report.members).toMatchObject([
      { name: 'socket tts', reason },
      { name: 'socket stt', reason },
    ]);
    expect(report.durationMs).toBeLessThanOrEqual(ms + forceCap + 1);
    expect(vi.getTimerCount()).toBe(0);
  },
);

describe('requests in flight', () => {
  const waiting = () => {
    const client = new ClientState();
    const abort = vi.fn();
    client.begin({ abort });
    return { client, abort };
  };

  it('that a force aborts are named, and the end is forced', async () => {
    const { client, abort } = waiting();
    expect(await client.end({ force: true, timeout: 0 }).ended).toMatchObject({
      outcome: 'forced',
      reason: 'force',
      abandoned: ['client › requests in flight'],
    });
    expect(abort).toHaveBeenCalledOnce();
  });

  it('that end politely are not', async () => {
    const { client, abort } = waiting();
    expect(await client.end({ timeout: 100 }).ended).toMatchObject({ outcome: 'graceful', abandoned: [] });
    expect(abort).toHaveBeenCalledOnce();
  });

  it('are none when all have their responses, or are over', async () => {
    const client = new ClientState();
    client.begin({ abort() {}, streams: () => [] });
    client.begin({ abort() {} })();
    expect(await client.end({ force: true, timeout: 0 }).ended).toMatchObject({ outcome: 'graceful', abandoned: [] });
  });
});
