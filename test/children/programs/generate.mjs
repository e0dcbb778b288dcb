import { connect, contextOf, hangUp, say } from './cell.mjs';

const ws = await connect();
try {
  for await (const _ of contextOf(ws).generate({ transcript: 'hello' }));
  say('quietly');
} catch (error) {
  say(error.code ?? 'rejected');
}
await hangUp(ws);
