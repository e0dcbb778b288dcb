/** What stays as it is around the requests of `Cartesia`. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Disconnectable } from '../../core/disconnectable.ts';
import { overlay } from '../../overlays/cartesia/index.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { loadSdk } from '../support/sdk.ts';
import { apiKey, speech } from './driver.ts';

interface Client extends Disconnectable {
  tts: { generateSSE(body: object, options?: object): Promise<AsyncIterable<unknown>> };
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
