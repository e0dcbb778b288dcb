import { connect, contextOf, hangUp, say } from './cell.mjs';

// An app that outlives the errors of its own listeners: ws reads nothing more then, and never says that it has closed.
const thrown = new Promise((resolve) => process.once('uncaughtException', resolve));
const ws = await connect();
ws.on('chunk', () => {
  throw new Error("the app's own");
});
await contextOf(ws).push({ transcript: 'hello' });
await thrown;
const report = await hangUp(ws, JSON.parse(process.env.HOW ?? 'false'));
if (report) say(`${report.outcome}, abandoned: ${report.abandoned}`);
