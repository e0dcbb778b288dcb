import { eventStreamFamily } from '../../../stainless/event-stream/family.ts';
import { secretsOf } from '../../secrets.ts';
import { standIn } from '../../stand-in.ts';

/** `AutoFinalizeWS` and `ManualFinalizeWS` of 3.2 and later, which Stainless has generated. */
export const eventStream = eventStreamFamily({
  sdk: 'cartesia',
  parameters: 3,
  name: 'socket stt',
  work: 'transcription',
  // `ManualFinalizeWS` sends words, `AutoFinalizeWS` JSON.
  lastRequest: ({ url }) => (url.pathname.includes('/turns/') ? { type: 'close' } : 'close'),
  isLast: (event) => event === 'close' || (event as { type?: unknown } | null | undefined)?.type === 'close',
  secretsOf: ({ _client, _wsOptions, _parameters }) => secretsOf(_client, _wsOptions, _parameters),
  standIn,
});
