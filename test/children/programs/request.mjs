// One request of a client of any family, and the end of the client while it is under way.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const { CELL_PACKAGE, CELL_FORMAT, CELL_OVERLAY, CELL_URL, CELL_MODULE, FAMILY, KIND, HOW, RETRIES } = process.env;
const file = join(CELL_PACKAGE, CELL_MODULE);
const sdk = CELL_FORMAT === 'cjs' ? createRequire(import.meta.url)(file) : await import(pathToFileURL(file).href);

const apiKey = 'sk_car_TESTKEYdonotprint';
const maxRetries = Number(RETRIES);
const voice = { mode: 'id', id: 'a' };
const speech = { model_id: 'sonic-2', transcript: 'hello', voice, output_format: {} };
const camel = {
  modelId: 'sonic-2',
  transcript: 'hello',
  voice,
  outputFormat: { container: 'raw', encoding: 'pcm_s16le', sampleRate: 16000 },
};

async function drain(stream) {
  if (stream?.[Symbol.asyncIterator]) for await (const _ of stream);
  else await stream?.arrayBuffer?.();
}

const families = {
  client() {
    const client = new sdk.Cartesia({ baseURL: CELL_URL, apiKey, maxRetries });
    const { tts, voices } = client;
    return {
      client,
      bytes: () => tts.generate(speech),
      sse: () => (tts.generateSSE ?? tts.generateSse).call(tts, speech),
      list: () => voices.list(),
    };
  },
  'resource-client'() {
    const client = new sdk.CartesiaClient({ environment: CELL_URL, apiKey });
    const { tts, voices } = client;
    return {
      client,
      bytes: () => tts.bytes(camel, { maxRetries }),
      sse: () => tts.sse(camel, { maxRetries }),
      list: () => voices.list({ maxRetries }),
    };
  },
  'nested-client'() {
    const client = new sdk.Cartesia({ baseUrl: CELL_URL, apiKey });
    const { tts, voices } = client;
    return { client, bytes: () => tts.bytes(speech), list: () => voices.list() };
  },
  'compat-client'() {
    const client = new sdk.CartesiaClient({ baseUrl: CELL_URL, apiKey });
    const { tts, voices } = client;
    return {
      client,
      bytes: () => tts.bytes(camel, { maxRetries }),
      list: () => voices.list(undefined, { maxRetries }),
    };
  },
};

const { overlay } = CELL_OVERLAY ? await import(pathToFileURL(CELL_OVERLAY).href) : {};
const cover = (target) => overlay?.(target);
const { client, ...calls } = families[FAMILY]();
cover(client);
const say = (word) => process.stdout.write(`${word}\n`);
const ended = (async () => drain(await calls[KIND]()))().then(
  () => 'resolved',
  (error) => error.code ?? error.cause?.code ?? error.message,
);
await sleep(200);
say('shutdown');
if (client.disconnect) {
  await client.disconnect(JSON.parse(HOW));
  say(await ended);
}
