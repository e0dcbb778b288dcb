/** A test of an app puts a fake in the place of `ws`. It behaves as with the bare SDK, whatever of `ws` the fake lacks. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { WebSocket } from 'ws';
import { overlay } from '../../overlays/cartesia/index.ts';
import { barePackage, type Sdk } from '../support/sdk.ts';

const require = createRequire(join(barePackage('4.2.0'), 'index.js'));

/** `jest.mock('ws')`: every method is there, and returns nothing. */
function automock(without: readonly string[]): new () => EventTarget {
  class Fake {
    readyState = 0;
    addEventListener(type: string, listener: () => void) {
      if (type !== 'open') return;
      setTimeout(() => {
        this.readyState = 1;
        listener();
      });
    }
  }
  for (let at = WebSocket.prototype as object; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (name in Fake.prototype || name === 'readyState' || without.includes(name)) continue;
      const isMethod = typeof Object.getOwnPropertyDescriptor(at, name)!.value === 'function';
      if (isMethod) Object.defineProperty(Fake.prototype, name, { value() {}, writable: true });
    }
  }
  return Fake as never;
}

const fakes: readonly (readonly string[])[] = [
  [],
  ['listeners'],
  ['prependListener'],
  ['on', 'off'],
  ['ping', 'terminate'],
  ['terminate', 'listeners', 'ping', 'on', 'off', 'prependListener'],
];

describe.each(fakes.map((without) => [without.join(', ') || 'nothing', without] as const))(
  'an automatic mock of ws that lacks %s',
  (_name, without) => {
    test('opens, sends and ends', async () => {
      const Fake = automock(without);
      require('ws');
      require.cache[require.resolve('ws')]!.exports = Object.assign(Fake, { WebSocket: Fake });
      for (const file of Object.keys(require.cache)) if (file.includes('cartesia-4.2.0')) delete require.cache[file];
      const { Cartesia } = require(barePackage('4.2.0')) as Sdk;
      const client = new Cartesia({ apiKey: 'k', baseURL: 'https://127.0.0.1:1' });
      overlay(client);
      const ws = await client.tts.websocket();
      await ws.send({});
      const report = await ws.disconnect({ timeout: 50 });
      assert.equal(report.name, 'socket tts');
      await assert.rejects(ws.send({}), { code: 'ERR_DISCONNECTED' });
    });
  },
);
