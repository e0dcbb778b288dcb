// Two clients of one provider are made. The first one opens a connection with Node's own WebSocket, and is overlaid then. Prints how
// the clients end. It is bundled for each run.
import { createClient } from 'deepgram-4.11.3';
import { overlay } from '../../overlays/deepgram/index.ts';

const { HANGUP_URL: url } = process.env as { HANGUP_URL: string };
const [first, second] = [1, 2].map(() => createClient({ key: 'a-key', global: { websocket: { options: { url } } } }));
const dial = async () => {
  const live = first!.listen.live({ model: 'a-model' });
  await new Promise((resolve) => live.once('open', resolve));
  return live;
};
const early = await dial();
const { target: client } = overlay(first!);
const late = await dial();
// The connection of the first one is its own business, as hangup knows.
const other = await overlay(second!).target.disconnect();
const { outcome, abandoned } = await client.disconnect();
const { name } = (early as unknown as { conn: object }).conn.constructor;
console.log(JSON.stringify([name, other.outcome, other.abandoned, outcome, abandoned, late.isConnected()]));
process.exit();
