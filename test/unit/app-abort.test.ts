/** The app aborts its request by its own signal. Node's `fetch` would dial once more, also after the end of the client. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Disconnectable } from '../../core/disconnectable.ts';
import { overlay } from '../../overlays/cartesia/index.ts';
import { type Answer, startHttpServer } from '../support/http-server.ts';
import { barePackage } from '../support/sdk.ts';

type Client = Disconnectable & { voices: { list(...args: object[]): Promise<unknown> } };
type Class = new (options: object) => Client;

const require = createRequire(import.meta.url);
const { CartesiaClient } = require(barePackage('2.2.9')) as { CartesiaClient: Class };
const { Cartesia } = require(barePackage('4.2.0')) as { Cartesia: Class };

const versions: Readonly<Record<string, (url: string, signal: AbortSignal) => [Client, () => Promise<unknown>]>> = {
  '2.2.9': (environment, abortSignal) => {
    const client = new CartesiaClient({ environment, apiKey: 'k' });
    return [client, () => client.voices.list({ abortSignal, maxRetries: 0 })];
  },
  '4.2.0': (baseURL, signal) => {
    const client = new Cartesia({ baseURL, apiKey: 'k', maxRetries: 0 });
    return [client, () => client.voices.list({}, { signal })];
  },
};
const answers: readonly Answer[] = ['no-headers', 'stalled-body'];

test.each(Object.keys(versions).flatMap((version) => answers.map((answer) => [version, answer] as const)))(
  '%s, %s: it has dialled once, and its error is that of the bare SDK',
  async (version, answer) => {
    const play = async (isOverlaid: boolean) => {
      const server = await startHttpServer(answer, { plain: true });
      const controller = new AbortController();
      const [client, list] = versions[version]!(server.url, controller.signal);
      if (isOverlaid) overlay(client);
      const call = list().then(String, (error: Error) => error.message);
      await expect.poll(() => server.seen.requests.length).toBe(1);
      await sleep(30);
      controller.abort();
      const message = await call;
      if (isOverlaid) await client.disconnect();
      await sleep(100);
      await server.close();
      return { message, dials: server.seen.connections };
    };
    const { message } = await play(false);
    assert.deepEqual(await play(true), { message, dials: 1 });
  },
);
