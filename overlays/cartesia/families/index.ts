import type { Family } from '../../seams/family.ts';
import { client } from './client/family.ts';
import { compatClient } from './compat-client/family.ts';
import { contextRouter } from './context-router/family.ts';
import { eventStream } from './event-stream/family.ts';
import { nestedClient, nestedSpeaker, nestedSpeaker10 } from './nested-client/family.ts';
import { reconnectingStt, reconnectingTts, reconnectingTtsClient } from './reconnecting/family.ts';
import { resourceClient } from './resource-client/family.ts';
import { sourceRouter } from './source-router/family.ts';

/** Every family of the SDK's classes. Several may share a name: shapes of one kind. `kinds.ts` has the kinds. */
export const families: readonly Family[] = [
  contextRouter,
  eventStream,
  sourceRouter,
  client,
  resourceClient,
  reconnectingStt,
  reconnectingTts,
  reconnectingTtsClient,
  compatClient,
  nestedClient,
  nestedSpeaker,
  nestedSpeaker10,
];
