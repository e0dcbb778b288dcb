// Hangs up through a proxy of the client, while a connection is open.
import { client, cover, say } from './cell.mjs';

cover(client);
const proxy = new Proxy(client, {});
const ws = await proxy.tts.websocket({});
const { outcome } = await proxy.disconnect();
say(`${outcome} ${ws.connected}`);
