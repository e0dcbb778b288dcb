const { Cartesia } = require('@cartesia/cartesia-js');
const { voice } = require('./voice.cjs');

async function say(ws, transcript) {
  const context = ws.context(voice);
  await context.push({ transcript });
  await context.no_more_inputs();
  for await (const event of context.receive()) if (event.type === 'done') return 'spoken';
  return 'cut';
}

async function main() {
  const ws = await new Cartesia({ apiKey: process.env.CARTESIA_API_KEY }).tts.websocket();
  console.log('now');
  console.log(await say(ws, 'A proxy garbles this one.').catch((error) => error.name));
  console.log(await say(ws, 'This one is all right.'));
  if (ws.disconnect) await ws.disconnect();
  else ws.close();
}

main();
