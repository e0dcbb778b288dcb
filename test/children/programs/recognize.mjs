// A recognition that is stopped by the SDK's own call.
import { createRequire } from 'node:module';

const { PACKAGE, SERVER } = process.env;
const { RealtimeClient } = createRequire(import.meta.url)(PACKAGE);
const client = new RealtimeClient({ url: SERVER });
await client.start('a-token', { transcription_config: { language: 'en' } });
client.sendAudio(new Uint8Array(64));
await client.stopRecognition();
console.log('shutdown');
