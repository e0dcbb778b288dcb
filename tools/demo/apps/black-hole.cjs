const { Cartesia } = require('@cartesia/cartesia-js');
const { voice } = require('./voice.cjs');

async function main() {
  const ws = await new Cartesia({ apiKey: process.env.CARTESIA_API_KEY }).tts.websocket();
  const context = ws.context(voice);
  await context.push({ transcript: 'The network is about to go away.' });
  let chunks = 0;
  for await (const event of context.receive()) {
    if (event.type === 'chunk' && ++chunks === 3) break;
  }
  console.log('now');
  if (ws.disconnect) await ws.disconnect(true);
  else ws.close();
}

main();
