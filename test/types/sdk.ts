// The newest SDK under test, under the names that an app imports.
export { Cartesia as default } from 'cartesia-4.2.0';
export { AutoFinalizeWS } from 'cartesia-4.2.0/resources/stt/auto-finalize/ws';
export { TTSWS } from 'cartesia-4.2.0/resources/tts/ws';
