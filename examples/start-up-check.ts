// Refuses to start when the SDK that this process has loaded is not patched.
//
//   npx tsx examples/start-up-check.ts
//
// In an app, import from '@cartesia/cartesia-js/resources/tts/ws' and 'hangup/verify'.
import { TTSWS } from 'cartesia-4.2.0/resources/tts/ws';
import { assertPatched } from '../scripts/verify.ts';

try {
  assertPatched(TTSWS);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

console.log('patched; the app starts');
