// A connection of 2.x over HTTP/2, on which a newer Node opens a WebSocket, alone or beside a request of the app's.
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const { CELL_PACKAGE, CELL_OVERLAY, CELL_URL, BESIDE } = process.env;
const say = (word) => process.stdout.write(`${word}\n`);
const { CartesiaClient } = createRequire(import.meta.url)(CELL_PACKAGE);
const client = new CartesiaClient({ environment: CELL_URL, apiKey: 'sk_car_TESTKEYdonotprint' });
if (CELL_OVERLAY) (await import(pathToFileURL(CELL_OVERLAY).href)).overlay(client);
const ws = client.tts.websocket({ sampleRate: 16_000, container: 'raw', encoding: 'pcm_s16le' });
const get = () => fetch(CELL_URL).then((response) => response.text());
let beside;
if (BESIDE === 'before') beside = get();
await sleep(100);
await ws.connect();
if (BESIDE === 'after') beside = get();
await sleep(100);
const { outcome, abandoned } = await client.disconnect(true);
say(outcome);
say(abandoned);
say(await beside);
say('shutdown');
process.exit();
