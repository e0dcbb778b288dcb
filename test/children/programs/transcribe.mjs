// An STT socket that meets what `KIND` says.
import { setTimeout as sleep } from 'node:timers/promises';
import { client, cover, hangUp, say } from './cell.mjs';

cover(client);
const { KIND, MODE } = process.env;
const parameters = { model: 'ink-2', encoding: 'pcm_s16le', sample_rate: 16000 };
const dial = (options) => client.stt[`${MODE}Finalize`].websocket(parameters, options);
const opened = (ws) => new Promise((resolve) => ws.socket.on('open', resolve));
const closed = (ws) => new Promise((resolve) => ws.socket.on('close', resolve));

const kinds = {
  async blackHole() {
    const ws = dial();
    const items = ws.stream();
    ws.sendRaw(new Uint8Array(100));
    if (MODE === 'manual') ws.send('finalize');
    for await (const { type, message } of items) {
      // The server is deaf from the first transcript on.
      if (message?.transcript ?? message?.text) void hangUp(ws, true);
      if (type === 'close') say('closed');
    }
  },
  async backOff() {
    let ws;
    await new Promise((resolve) => {
      ws = dial({ reconnect: { initialDelay: 20_000, maxDelay: 20_000, onReconnecting: () => resolve() } });
      ws.sendRaw(new Uint8Array(2));
    });
    await hangUp(ws);
  },
  async refused() {
    const ws = dial();
    say('shutdown');
    await closed(ws);
  },
  async connecting() {
    const ws = dial();
    await sleep(200);
    await hangUp(ws);
  },
  async late() {
    const ws = dial();
    await opened(ws);
    const end = hangUp(ws);
    try {
      ws.sendRaw(new Uint8Array(2));
    } catch (error) {
      say(error.code);
    }
    await end;
  },
  /** Neither an iterator nor a listener when the frame comes. */
  async nobodyListens() {
    const ws = dial();
    await opened(ws);
    ws.sendRaw(new Uint8Array(2));
    await sleep(200);
    await hangUp(ws);
  },
};
await kinds[KIND]();
