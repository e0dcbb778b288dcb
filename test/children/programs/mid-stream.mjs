import { connect, contextOf, hangUp, listen, say } from './cell.mjs';

const ws = await connect();
const { ended } = await listen(contextOf(ws), 2);
hangUp(ws, JSON.parse(process.env.HOW ?? 'false'));
say(await ended);
