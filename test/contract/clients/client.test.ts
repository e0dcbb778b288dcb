/** The requests of `Cartesia` behave as before where nothing was ended. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Disconnectable } from '../../../core/disconnectable.ts';
import { overlay } from '../../../overlays/cartesia/index.ts';
import { targets } from '../../../overlays/cartesia/targets.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';
import { loadSdk } from '../../support/sdk.ts';
import { startVoiceServer } from '../../support/voice-server.ts';
import { playedOf } from '../played.ts';
import { apiKey } from '../stage.ts';
import { speech } from './driver.ts';

interface Client extends Disconnectable {
  tts: {
    generateSSE(body: object, options?: object): Promise<AsyncIterable<unknown>>;
    websocket(options?: object): Promise<Disconnectable>;
  };
  voices: { list(query?: object, options?: object): Promise<unknown> };
  withOptions(options: object): Client;
}

let server: HttpServer;
let client: Client;

beforeEach(async () => {
  server = await startHttpServer('well', { plain: true });
  const { Cartesia } = await loadSdk({ version: '4.2.0', delivery: 'bare', format: 'cjs' });
  client = new Cartesia({ baseURL: server.url, apiKey, maxRetries: 0 }) as unknown as Client;
  overlay(client);
});
afterEach(() => server.close());

test('withOptions() makes a client of its own', async () => {
  const other = client.withOptions({ timeout: 5_000 });
  await client.disconnect(true);
  await other.voices.list();
  await other.disconnect(true);
  await expect(other.voices.list()).rejects.toMatchObject({ code: 'ERR_DISCONNECTED' });
});

test("the user's own signal ends a request as before", async () => {
  server.answer = 'no-headers';
  const controller = new AbortController();
  const listed = client.voices.list({}, { signal: controller.signal });
  await expect.poll(() => server.seen.requests.length).toBe(1);
  controller.abort();
  await expect(listed).rejects.toThrow('Request was aborted.');
});

test('a loop that is left early is no business of disconnect() any more', async () => {
  server.answer = 'endless-body';
  for await (const event of await client.tts.generateSSE(speech)) {
    assert.ok(event);
    break;
  }
  assert.equal((await client.disconnect()).outcome, 'graceful');
});

test('an event stream delivers what had arrived, and then the reason', async () => {
  server.answer = 'stalled-body';
  let events = 0;
  const read = (async () => {
    for await (const _ of await client.tts.generateSSE(speech)) events++;
  })();
  await expect.poll(() => events).toBe(1);
  void client.disconnect(true);
  await expect(read).rejects.toMatchObject({ code: 'ERR_DISCONNECTED' });
});

const versions = targets.filter(({ family }) => family === 'client').flatMap((target) => target.versions);
for (const delivery of ['overlay', 'patched'] as const) {
  for (const format of ['cjs', 'esm'] as const) {
    test.each(playedOf(versions))(
      `${delivery}, ${format}, %s: a late websocket() rejects, its type is a promise`,
      async (version) => {
        const { Cartesia } = await loadSdk({ version, delivery, format });
        const ended = new Cartesia({ baseURL: server.url, apiKey, maxRetries: 0 }) as unknown as Client;
        if (delivery === 'overlay') overlay(ended);
        await ended.disconnect();
        const late = ended.tts.websocket();
        await expect(late).rejects.toMatchObject({ code: 'ERR_DISCONNECTED' });
      },
    );
  }
}

test('disconnect() reports what it has ended, and not what had ended before', async () => {
  const voice = await startVoiceServer({ onClose: 'ignore' });
  const { Cartesia } = await loadSdk({ version: '4.2.0', delivery: 'bare', format: 'cjs' });
  const caller = new Cartesia({ baseURL: voice.url, apiKey, maxRetries: 0 }) as unknown as Client;
  overlay(caller);
  const connect = () => caller.tts.websocket({ ca: voice.ca });
  const before = await connect();
  assert.equal((await before.disconnect(true)).outcome, 'forced');
  const ending = await connect();
  void ending.disconnect({ timeout: 50 });
  assert.equal((await caller.disconnect()).outcome, 'forced', 'one that was not done ending');
  const other = new Cartesia({ baseURL: voice.url, apiKey, maxRetries: 0 }) as unknown as Client;
  overlay(other);
  const alone = await other.tts.websocket({ ca: voice.ca });
  await alone.disconnect(true);
  const report = await other.disconnect();
  assert.deepEqual([report.outcome, report.abandoned], ['graceful', []]);
  assert.deepEqual(
    report.steps.map(({ outcome }) => outcome),
    ['skipped', 'skipped'],
  );
  await voice.close();
});
