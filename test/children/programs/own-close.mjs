import { connect, contextOf, listen, say } from './cell.mjs';

const ws = await connect();
const { ended } = await listen(contextOf(ws), 2);
say('shutdown');
ws.close({ code: 1000, reason: 'bye' });
say(await ended);
