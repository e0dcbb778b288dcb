/** Verdicts of the probe on classes that only look like patched ones. */
import { afterEach, describe, expect, test } from 'vitest';
import { judge } from '../../scripts/probe/judge.ts';
import { SilentSocket } from '../../scripts/probe/socket.ts';

const refusal = () => Promise.reject(Object.assign(new Error('refused'), { code: 'ERR_DISCONNECTED' }));

/** Behaves as a patched class does; the cases take one thing away each. */
class Well {
  socket = new SilentSocket();
  async disconnect(_options: object): Promise<unknown> {
    const closed = new Promise((resolve) => this.socket.addEventListener('close', resolve));
    this.socket.close();
    setTimeout(() => this.socket.terminate(), 5);
    await closed;
    return { outcome: 'forced' };
  }
  send(): Promise<unknown> {
    return refusal();
  }
}

const probe = {
  make: (Class: new () => object) => new Class(),
  open() {},
  late: (ws: object) => (ws as Well).send(),
};
const judged = (Class: unknown) => judge(probe as never, Class, 200);

afterEach(() => {
  for (const socket of SilentSocket.all.splice(0)) socket.terminate();
});

describe('the probe', () => {
  test('finds nothing wrong with a class that hangs up', async () => {
    expect(await judged(Well)).toBeUndefined();
    expect(await judge({ make: () => ({ disconnect: async () => {} }), late: refusal }, Well)).toBeUndefined();
  });

  const unwell: [string, unknown, string][] = [
    [
      'no disconnect()',
      class {
        socket = new SilentSocket();
      },
      'it has no disconnect()',
    ],
    [
      "the SDK's own disconnect()",
      class extends Well {
        override disconnect(): never {
          return this.socket.close() as never;
        }
      },
      'disconnect() does not tell when it is done',
    ],
    [
      'a disconnect() that waits for the peer',
      class extends Well {
        override disconnect() {
          this.socket.close();
          return new Promise((resolve) => this.socket.addEventListener('close', resolve));
        }
      },
      'disconnect() of a connection without an answer is not done after 200 ms',
    ],
    [
      'a disconnect() that does nothing',
      class extends Well {
        override async disconnect() {}
      },
      'its socket outlives disconnect()',
    ],
    [
      'a late call that dials',
      class extends Well {
        override async send() {
          new SilentSocket();
        }
      },
      'a call after disconnect() dials again',
    ],
    [
      'a late call that waits',
      class extends Well {
        override send() {
          return new Promise(() => {});
        }
      },
      'a call after disconnect() is not refused within 200 ms',
    ],
    [
      'a late call that goes nowhere',
      class extends Well {
        override async send() {}
      },
      'a call after disconnect() is not refused',
    ],
    [
      'a late call that is tried',
      class extends Well {
        override async send() {
          throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
        }
      },
      'a call after disconnect() is tried',
    ],
    [
      'sockets of another kind',
      class {
        async disconnect() {}
      },
      'it opens no connection that the probe could see',
    ],
  ];
  test.each(unwell)('sees %s', async (_, Class, fault) => {
    expect(await judged(Class)).toBe(fault);
  });

  test('takes a call that is refused with the error as its cause, or by throwing', async () => {
    class Wrapping extends Well {
      override async send() {
        throw new Error('wrapped', { cause: { code: 'ERR_DISCONNECTED' } });
      }
    }
    class Throwing extends Well {
      override send(): never {
        throw Object.assign(new Error('refused'), { code: 'ERR_DISCONNECTED' });
      }
    }
    expect([await judged(Wrapping), await judged(Throwing)]).toEqual([undefined, undefined]);
  });
});
