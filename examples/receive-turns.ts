// Talks to a bot turn by turn. The bot hangs up in its third turn, and the program learns why at once.
//
//   npx tsx examples/receive-turns.ts
//
// It needs no key: the bot is a server in this process. In an app, import from 'hangup/receive'.
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { ReceiveQueue, StreamEndedError } from '../receive/index.ts';

const bot = new WebSocketServer({ host: '127.0.0.1', port: 0 });
bot.on('connection', (peer) => {
  let turns = 0;
  peer.on('message', () => {
    turns += 1;
    if (turns === 3) return peer.close(1011, 'pipeline error');
    for (let chunk = 0; chunk < 5; chunk++) setTimeout(() => peer.send(Buffer.alloc(320)), chunk * 20);
  });
});
await new Promise((resolve) => bot.once('listening', resolve));

const ws = new WebSocket(`ws://127.0.0.1:${(bot.address() as AddressInfo).port}`);
const queue = new ReceiveQueue<Buffer>({ timeout: 10_000 });
ws.on('message', (data: Buffer) => {
  if (queue.push(data)) return;
  ws.pause();
  queue.room().then(() => ws.resume());
});
ws.on('ping', () => queue.touch());
ws.on('error', (error) => queue.end(error));
ws.on('close', (code, reason) => queue.end({ closeCode: code, closeReason: String(reason) }));
await new Promise((resolve) => ws.once('open', resolve));

try {
  for (let turn = 1; ; turn++) {
    ws.send(`turn ${turn}`);
    const { items, endedBy } = await queue.drain({ silence: 200 });
    console.log(`turn ${turn}: ${Buffer.concat(items).length} bytes, ended by ${endedBy}`);
  }
} catch (error) {
  if (!(error instanceof StreamEndedError)) throw error;
  console.log(`${error.message}; code ${error.closeCode}`);
}
bot.close();
