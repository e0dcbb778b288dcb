/** A client of Speechmatics that was started before overlay(), and one whose overlay is undone. */
import { createRequire } from 'node:module';
import { afterEach, expect, test } from 'vitest';
import { overlay } from '../../overlays/speechmatics/index.ts';
import { fakeProvider, type VoiceProvider } from '../../testing/index.ts';
import { config, type Recognizer, type RecognizerClass } from '../contract/drivers/recognizer.ts';

const { RealtimeClient } = createRequire(import.meta.url)('speechmatics-8.5.1') as { RealtimeClient: RecognizerClass };
let provider: VoiceProvider;
afterEach(() => provider.close());

/** A recognition of the bare SDK. */
async function started(): Promise<Recognizer> {
  provider = fakeProvider();
  const client = new RealtimeClient({ url: `${provider.url.replace('http', 'ws')}/v2` });
  await client.start('a-token', config);
  return client;
}
const named = (name: string) => provider.seen.messages.filter(({ message }) => message === name);

test('its recognition is drained like any other', async () => {
  const client = await started();
  const { target, undo } = overlay(client);
  expect(target.connected).toBe(true);
  const { outcome, steps } = await target.disconnect({ drain: 5000 });
  expect([outcome, steps[0]]).toMatchObject(['graceful', { name: 'drain', outcome: 'ok' }]);
  expect(named('EndOfStream')).toHaveLength(1);
  undo();
});

test('its start() opens a connection again', async () => {
  const client = await started();
  const { target, undo } = overlay(client);
  await target.disconnect();
  await target.start('a-token', config);
  expect(provider.seen.connections).toHaveLength(2);
  expect((await target.disconnect(true)).outcome).toBe('forced');
  undo();
});

test('an overlay that is undone leaves the class as published', async () => {
  const before = Object.getOwnPropertyDescriptors(RealtimeClient.prototype);
  const { undo } = overlay(RealtimeClient);
  const client = await started();
  expect(Object.keys(Object.getOwnPropertyDescriptors(RealtimeClient.prototype))).toContain('disconnect');
  undo();
  expect(Object.getOwnPropertyDescriptors(RealtimeClient.prototype)).toEqual(before);
  // A connection that is open keeps its seams until it closes.
  expect((await client.disconnect()).outcome).toBe('graceful');
});

test('the option WebSocket is refused, and so is a subclass that overrides a seam', async () => {
  const client = await started();
  const WebSocket = class {} as never;
  expect(() => overlay(client, { WebSocket })).toThrow(expect.objectContaining({ code: 'ERR_PATCH_WEBSOCKET' }));
  class Own extends RealtimeClient {
    override sendAudio(): void {}
  }
  expect(() => overlay(Own)).toThrow(expect.objectContaining({ code: 'ERR_PATCH_SUBCLASS' }));
  await overlay(client).target.disconnect(true);
});

test('a drop that nobody listens for is one warning, without the token', async () => {
  const client = await started();
  const { target, undo } = overlay(client);
  const warnings: Error[] = [];
  const listen = (warning: Error) => warnings.push(warning);
  process.on('warning', listen);
  provider.inflict({ kind: 'close', code: 1008, reason: 'bad a-token' });
  while (target.connected) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('warning', listen);
  expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('1008')]);
  expect(String(warnings)).not.toContain('a-token');
  await target.disconnect();
  undo();
});
