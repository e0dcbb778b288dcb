import { connect, contextOf, listen, say } from './cell.mjs';

const stuck = await connect();
const other = await connect();
const first = await listen(contextOf(stuck), 2);
await stuck.disconnect(true);
say(await first.ended);
const second = await listen(contextOf(other, 'b'), 20);
say(other.connected);
say('shutdown');
other.disconnect(true);
say(await second.ended);
