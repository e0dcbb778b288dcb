/** The session guard of OpenAI Realtime, without a connection. */
import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { withAnswerLimit } from '../../overlays/realtime/answer-limit.ts';
import { Session } from '../../overlays/realtime/session.ts';

test('a request that waits long keeps one listener on the signal of its caller, and none when it is over', async () => {
  const link = { isOpen: () => false, post() {}, check() {}, scrub: (text: string) => text };
  const session = new Session(link);
  const { signal } = new AbortController();
  const asked = session.create(undefined, signal);
  for (let turn = 0; turn < 20; turn++) {
    session.wake();
    await new Promise(setImmediate);
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  link.isOpen = () => true;
  session.wake();
  await new Promise(setImmediate);
  session.onEvent({ type: 'response.created', response: { id: 'resp_1', conversation_id: 'conv_1' } });
  expect(await asked).toBe('resp_1');
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

interface Posted {
  type?: unknown;
  event_id?: unknown;
  response?: { metadata?: object };
}

const link = (posted: Posted[] = []) => ({
  isOpen: () => true,
  post: (event: object) => void posted.push(event),
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
    const posted: Posted[] = [];
    const session = new Session(link(posted));
    const controller = new AbortController();
    const asked = session.create(undefined, controller.signal);
    const refused = expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    if (when === 'in the tick of the request') controller.abort();
    await new Promise(setImmediate);
    session.onEvent(createdFor(posted[0]!));
    controller.abort();
    await refused;
    await new Promise(setImmediate);
    expect(posted.map(({ type }) => type)).toEqual(['response.create', 'response.cancel']);
  },
);

test('the provider refuses a request that was given up: it is forgotten, and a response that names it is left alone', async () => {
  const posted: Posted[] = [];
  const session = new Session(link(posted));
  const controller = new AbortController();
  const asked = expect(session.create(undefined, controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
  controller.abort();
  await asked;
  const [request] = posted as [Posted];
  const refusal = { type: 'error', error: { code: 'invalid_value', message: 'no', event_id: request.event_id } };
  expect(session.onEvent(refusal)).toBe(false);
  session.onEvent(createdFor(request));
  expect(posted).toEqual([request]);
});

test.each([false, true])('a call takes the signal of a polyfill, also one that is aborted: %s', async (isAborted) => {
  const target = new EventTarget();
  const polyfill = {
    aborted: isAborted,
    reason: new Error('enough'),
    addEventListener: target.addEventListener.bind(target),
    removeEventListener: target.removeEventListener.bind(target),
  };
  const session = new Session({ ...link(), isOpen: () => false });
  const act = (signal: AbortSignal) => session.create(undefined, signal);
  const asked = withAnswerLimit('createResponse()', { signal: polyfill as never }, act);
  const rejected = expect(asked).rejects.toBe(polyfill.reason);
  target.dispatchEvent(new Event('abort'));
  await rejected;
});

/** The provider hands the metadata back. */
function createdFor({ response }: Posted) {
  const made = { id: 'resp_1', conversation_id: 'conv_1', metadata: response?.metadata };
  return { type: 'response.created', response: made };
}
