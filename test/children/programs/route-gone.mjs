// A Node that shows no connection any more: what a release could change, and what hangup must notice. On Node's own WebSocket.
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const { CELL_PACKAGE, CELL_OVERLAY, CELL_URL, STATE, HOW } = process.env;
process.getBuiltinModule('node:diagnostics_channel').subscribe = () => {};
Object.defineProperty(Socket.prototype, 'connect', { configurable: false });

const { CartesiaClient } = createRequire(import.meta.url)(CELL_PACKAGE);
const client = new CartesiaClient({ environment: CELL_URL, apiKey: 'sk_car_TESTKEYdonotprint' });
if (CELL_OVERLAY) (await import(pathToFileURL(CELL_OVERLAY).href)).overlay(client);
const ws = client.tts.websocket({ sampleRate: 16_000, container: 'raw', encoding: 'pcm_s16le' });
const connected = ws.connect().catch(() => {});
await (STATE === 'open' ? connected : sleep(400));
const { outcome, abandoned } = await client.disconnect(JSON.parse(HOW));
process.stdout.write(`${outcome}\n${abandoned}\nshutdown\n`);
process.exit();
