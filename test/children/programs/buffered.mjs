import { connect, hangUp } from './cell.mjs';

const ws = await connect();
const transcript = 'x'.repeat(1024 * 1024);
for (let sent = 0; sent < 50; sent++) await ws.send({ transcript, context_id: 'big', continue: true });
await hangUp(ws, { timeout: 300 });
