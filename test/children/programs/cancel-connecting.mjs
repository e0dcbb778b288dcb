import { client, contextOf, hangUp, say, TTSWS } from './cell.mjs';

const ws = new TTSWS(client);
await contextOf(ws).cancel();
say('cancelled');
await ws.connect();
await hangUp(ws);
