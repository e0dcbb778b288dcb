// A connection of 1.x or 2.x on Node's own WebSocket, which is their default, and the end of its client.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const { CELL_PACKAGE, CELL_OVERLAY, CELL_URL, CELL_FORMAT, HOW, WAIT } = process.env;
const sdk =
  CELL_FORMAT === 'cjs'
    ? createRequire(import.meta.url)(CELL_PACKAGE)
    : await import(pathToFileURL(join(CELL_PACKAGE, 'dist/index.js')).href);
const apiKey = 'sk_car_TESTKEYdonotprint';
const say = (word) => process.stdout.write(`${word}\n`);

const Client = sdk.CartesiaClient ?? sdk.Cartesia;
const client = new Client({ environment: CELL_URL, baseUrl: CELL_URL, apiKey });
if (CELL_OVERLAY) (await import(pathToFileURL(CELL_OVERLAY).href)).overlay(client);
const ws = client.tts.websocket({ sampleRate: 16_000, container: 'raw', encoding: 'pcm_s16le' });
const connected = ws.connect().then(
  () => say('connected'),
  () => say('rejected'),
);
await Promise.race([connected, sleep(Number(WAIT), undefined, { ref: false })]);
say(ws.socket._ws instanceof WebSocket ? 'native' : 'other');
say('shutdown');
if (client.disconnect) await client.disconnect(JSON.parse(HOW));
else ws.disconnect();
