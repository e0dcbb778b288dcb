import { connect, contextOf, hangUp, listen, say } from './cell.mjs';

const ws = await connect();
await new Promise((resolve) => ws.socket.on('close', resolve));
const streams = await Promise.all(['b', 'c'].map((id) => listen(contextOf(ws, id), 3)));
hangUp(ws);
for (const { ended } of streams) say(await ended);
