import { Cartesia } from '@cartesia/cartesia-js';
import { voice } from './voice.cjs';

console.log('now');
const ws = await new Cartesia({ apiKey: process.env.CARTESIA_API_KEY }).tts.websocket();
const context = ws.context(voice);
await context.push({ transcript: 'An ES module speaks.' });
await context.no_more_inputs();
let chunks = 0;
for await (const event of context.receive()) if (event.type === 'chunk') chunks++;
console.log(`${chunks} chunks`);
if (ws.disconnect) await ws.disconnect();
else ws.close();
