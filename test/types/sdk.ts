// The newest SDK under test, under the names that an app imports.

// Clients of the past.
export { Cartesia as Cartesia1 } from 'cartesia-1.3.0';
export { CartesiaClient as CartesiaClient2 } from 'cartesia-2.2.9';
export { Cartesia as default } from 'cartesia-4.2.0';
export { CartesiaClient as CompatClient } from 'cartesia-4.2.0/backcompat/index';
export { AutoFinalizeWS } from 'cartesia-4.2.0/resources/stt/auto-finalize/ws';
export { TTSWS } from 'cartesia-4.2.0/resources/tts/ws';
