// Guards every client socket of ws in the process, and then hangs up on a provider that answers nothing.
//
//   npx tsx examples/ws-guard.ts
//
// It needs no key: the provider is a server in this process. In an app, import from 'hangup/ws' and 'hangup/testing'.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { overlay } from '../overlays/ws/index.ts';
import { startVoiceServer } from '../testing/index.ts';

const guard = overlay(WebSocket, { connectTimeout: 500 });
const server = await startVoiceServer({ onClose: 'ignore' }, { tls: false });
const address = server.url.replace('http', 'ws');

// The code of an SDK, which knows nothing of the guard.
const first = new WebSocket(`${address}/tts/websocket`);
await once(first, 'open');
first.close();
const [code] = await once(first, 'close');
console.log(`close(): over, code ${code}`);

server.behaviour = { greeting: 'upgrade-stall' };
const second = new WebSocket(address);
const [error] = await once(second, 'error');
console.log(`handshake: ${error.code}`);

server.behaviour = { onClose: 'ignore' };
const third = new WebSocket(`${address}/tts/websocket`);
await once(third, 'open');
console.log(`open: ${guard.connections.length}`);
const report = await guard.disconnect({ timeout: 300 });
console.log(`disconnect(): ${report.outcome}, left: ${guard.connections.length}`);
await server.close();
