// Reads a stream to whatever end it has, without an error listener, then hangs up.
import { connect, contextOf, hangUp, listen, say } from './cell.mjs';

const ws = await connect();
const { ended } = await listen(contextOf(ws), 1);
say(await ended);
await hangUp(ws);
