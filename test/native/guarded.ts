// Opens Node's own WebSocket, whose class hangup/ws guards, on the provider in 127.0.0.1. It is bundled for each run.
import { overlay } from '../../overlays/ws/index.ts';

const { HANGUP_URL: url = '', HANGUP_CASE: played } = process.env;
const bare = globalThis.WebSocket;
const guard = overlay(bare, { connectTimeout: 500 });
const said: unknown[] = [globalThis.WebSocket === guard.target, globalThis.WebSocket !== bare];

const socket = new WebSocket(url);
said.push(socket instanceof bare, socket instanceof WebSocket);
const closed = new Promise<number>((resolve) => {
  socket.onclose = ({ code }) => resolve(code);
});
const opened = new Promise((resolve) => {
  socket.onopen = resolve;
});

console.log('shutdown');
if (played === 'stall') said.push(await closed);
else {
  await opened;
  if (played === 'own close') {
    socket.close();
    said.push(await closed);
  } else if (played === 'one') {
    said.push((await overlay(socket).target.disconnect({ timeout: 200 })).outcome);
  } else said.push((await guard.disconnect({ timeout: 200 })).outcome, guard.connections.length);
}
guard.undo();
said.push(globalThis.WebSocket === bare);
console.log(JSON.stringify(said));
