const { Cartesia } = require('@cartesia/cartesia-js');

async function main() {
  console.log('now');
  try {
    await new Cartesia({ apiKey: process.env.CARTESIA_API_KEY }).tts.websocket();
  } catch (error) {
    console.log(`caught: ${error.message}`);
  }
}

main();
