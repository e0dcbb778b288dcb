/** The session guard of OpenAI Realtime, without a connection. */
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { Session } from '../../overlays/openai/families/realtime/session.ts';

test('a request that waits long keeps one listener on the signal of its caller, and none when it is over', async () => {
  const link = { isOpen: false, post() {}, check() {}, scrub: (text: string) => text };
  const session = new Session(link);
  const { signal } = new AbortController();
  const asked = session.create(undefined, signal);
  for (let turn = 0; turn < 20; turn++) {
    session.wake();
    await new Promise(setImmediate);
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  link.isOpen = true;
  session.wake();
  await new Promise(setImmediate);
  session.onEvent({ type: 'response.created', response: { id: 'resp_1', conversation_id: 'conv_1' } });
  expect(await asked).toBe('resp_1');
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
