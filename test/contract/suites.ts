import { clients } from './clients/index.ts';
import { every } from './every/index.ts';
import { agentsRealtime } from './families/agents-realtime/index.ts';
import { contextRouter } from './families/context-router/index.ts';
import { conversations } from './families/conversation/index.ts';
import { deepgramLive } from './families/deepgram-live/index.ts';
import { eventStream } from './families/event-stream/index.ts';
import { live } from './families/live/index.ts';
import { realtime } from './families/realtime/index.ts';
import { recognizers } from './families/recognizer/index.ts';
import { reconnecting } from './families/reconnecting/index.ts';
import { transcriber } from './families/reconnecting/stt.ts';
import { sourceRouter } from './families/source-router/index.ts';
import { streaming } from './families/streaming/index.ts';
import { transcribers } from './families/transcriber/index.ts';
import { transcriptions } from './families/transcription/index.ts';
import type { Suite } from './play.ts';

/** The whole contract. */
export const suites: readonly Suite[] = [
  every,
  contextRouter,
  eventStream,
  sourceRouter,
  reconnecting,
  transcriber,
  realtime,
  transcribers,
  transcriptions,
  conversations,
  streaming,
  deepgramLive,
  live,
  agentsRealtime,
  recognizers,
  clients,
] as Suite[];
