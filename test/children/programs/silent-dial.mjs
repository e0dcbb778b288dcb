// A dial that goes through something and meets silence there, and the end of the client. CELL_URL is where it is silent;
// `proxied` is THROUGH the proxy that the parent has set for the whole process.

import { Agent } from 'node:https';
import { createRequire } from 'node:module';
import net from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { pathToFileURL } from 'node:url';

const { CELL_PACKAGE, CELL_OVERLAY, CELL_URL, THROUGH, HOW, WAIT } = process.env;
const require = createRequire(import.meta.url);
const sdk = require(CELL_PACKAGE);
const apiKey = 'sk_car_TESTKEYdonotprint';
const say = (word) => process.stdout.write(`${word}\n`);
const { port } = new URL(CELL_URL);

/** Makes its connections late, as agents for proxies do: here the proxy answers nothing. */
class ProxyAgent extends Agent {
  createConnection(options, callback) {
    queueMicrotask(async () => {
      await null;
      const proxy = net.connect(port, '127.0.0.1');
      proxy.once('error', callback);
      proxy.once('data', () => callback(null, tls.connect({ ...options, socket: proxy })));
    });
  }
}

/** 2.x: from 3.x on, `Cartesia` is the client. */
const isOld = typeof sdk.Cartesia !== 'function';
const Client = isOld ? sdk.CartesiaClient : sdk.Cartesia;
const url = THROUGH.startsWith('proxied') ? 'https://voice.test' : CELL_URL;
const options = { baseURL: url, baseUrl: url, environment: url, apiKey, maxRetries: 0 };
// As tracing and frameworks wrap it.
if (THROUGH === 'async fetch') {
  const { fetch } = globalThis;
  globalThis.fetch = async (...args) => {
    await sleep(10);
    return fetch(...args);
  };
}
const client = new Client(options);
if (CELL_OVERLAY) (await import(pathToFileURL(CELL_OVERLAY).href)).overlay(client);

const speech = { sampleRate: 16_000, container: 'raw', encoding: 'pcm_s16le' };
let ws;
const dials = {
  agent() {
    if (!isOld) {
      const { TTSWS } = require(join(CELL_PACKAGE, 'resources/tts/ws.js'));
      ws = new TTSWS(client, { agent: new ProxyAgent() });
      return ws.connect();
    }
    const { WebSocket } = require('ws');
    class ProxiedWebSocket extends WebSocket {
      constructor(url, protocols, more) {
        super(url, protocols, { ...more, agent: new ProxyAgent() });
      }
    }
    ws = client.tts.websocket(speech);
    return ws.connect({ WebSocket: ProxiedWebSocket });
  },
  'async fetch': () => (isOld ? client.voices.list({ maxRetries: 0 }) : client.voices.list()),
  'proxied fetch': () => dials['async fetch'](),
  socket() {
    ws = client.tts.websocket(speech);
    return ws.connect();
  },
  'proxied socket': () => dials.socket(),
};
const settled = dials[THROUGH]().then(
  () => say('connected'),
  () => say('rejected'),
);
// Long enough for it to be under way.
await Promise.race([settled, sleep(Number(WAIT ?? 400), undefined, { ref: false })]);
say('shutdown');
if (!client.disconnect) (ws?.disconnect ?? ws?.close)?.call(ws);
else {
  const { outcome, abandoned } = await client.disconnect(JSON.parse(HOW));
  say(`${outcome}, abandoned: ${abandoned}`);
}
