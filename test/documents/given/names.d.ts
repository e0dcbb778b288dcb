// The names that a block of a document uses and does not make.
import type { Cartesia } from '@cartesia/cartesia-js';
import type { TTSWS, TTSWSContext } from '@cartesia/cartesia-js/resources/tts/ws';
import type { Overlaid } from 'hangup/openai';
import type * as hangup from 'hangup/verify';
import type { OpenAIRealtimeWS } from 'openai/realtime/ws';

declare global {
  const client: Cartesia;
  const ws: TTSWS;
  const context: TTSWSContext;
  const rt: Overlaid<OpenAIRealtimeWS>;
  const url: string;
  const verify: typeof hangup.verify;
}
