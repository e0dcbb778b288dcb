import { connect, contextOf, listen, say } from './cell.mjs';

const ws = await connect();
const context = contextOf(ws);
listen(context, 99);
await new Promise((resolve) => ws.socket.on('close', resolve));
say('shutdown');
await context.cancel();
say('cancelled');
