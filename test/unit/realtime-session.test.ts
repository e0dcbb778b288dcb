/** The session guard of OpenAI Realtime, without a connection. */
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { Session } from '../../overlays/realtime/session.ts';

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

const link = (posted: string[] = []) => ({
  isOpen: true,
  post: ({ type }: { type?: string }) => void posted.push(String(type)),
  check() {},
  scrub: (text: string) => text,
});

test('a session of the provider that is null concerns nobody', () => {
  const event = { type: 'session.updated', session: null } as never;
  expect(new Session(link()).onEvent(event)).toBe(true);
});

test.each(['in the tick of the request', 'in the tick of its answer'])(
  'a request that is aborted %s is cancelled',
  async (when) => {
    const posted: string[] = [];
    const session = new Session(link(posted));
    const controller = new AbortController();
    const asked = session.create(undefined, controller.signal);
    const refused = expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    const created = { type: 'response.created', response: { id: 'resp_1', conversation_id: 'conv_1' } };
    if (when === 'in the tick of the request') controller.abort();
    await new Promise(setImmediate);
    session.onEvent(created);
    controller.abort();
    await refused;
    await new Promise(setImmediate);
    expect(posted.slice(1)).toEqual(posted[0] === undefined ? [] : ['response.cancel']);
  },
);
