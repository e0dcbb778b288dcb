const { createServer } = require('node:http');
const { Cartesia } = require('@cartesia/cartesia-js');
const { voice } = require('./voice.cjs');

// Every service has something else that keeps the process alive.
const health = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');

async function main() {
  const ws = await new Cartesia({ apiKey: process.env.CARTESIA_API_KEY }).tts.websocket();
  const context = ws.context(voice);
  await context.push({ transcript: 'The provider is about to drop this connection.' });
  console.log('now');
  try {
    for await (const _event of context.receive());
    console.log('the loop ended without an error');
  } catch (error) {
    console.log(`${error.name} ${error.closeCode}`);
  }
  health.close();
}

main();
