const { Cartesia } = require('@cartesia/cartesia-js');

async function main() {
  const ws = await new Cartesia({ apiKey: process.env.CARTESIA_API_KEY }).tts.websocket();
  console.log('now');
  if (ws.disconnect) await ws.disconnect();
  else ws.close();
}

main();
