const { setTimeout: sleep } = require('node:timers/promises');
const { Cartesia } = require('@cartesia/cartesia-js');
const { voice } = require('./voice.cjs');

async function main() {
  const ws = await new Cartesia({ apiKey: process.env.CARTESIA_API_KEY }).tts.websocket();
  const context = ws.context(voice);
  await context.push({ transcript: 'A caller hangs up in the middle of this sentence.' });
  console.log('now');
  if (ws.disconnect) await ws.disconnect();
  else ws.close();
  await sleep(100);
  // The interruption handler comes late, as it does.
  await context.cancel();
}

main();
