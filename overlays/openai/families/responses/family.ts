import { eventStreamFamily } from '../../../stainless/event-stream/family.ts';

const answers: readonly unknown[] = [
  'response.completed',
  'response.failed',
  'response.incomplete',
  'response.cancelled',
  'error',
];

/** `ResponsesWS` of 6.x, which Stainless has generated. It loads `ws` in both builds. */
export const responses = eventStreamFamily({
  sdk: 'openai',
  parameters: 2,
  name: 'socket responses',
  work: 'response',
  isRequest: (type) => type === 'response.create',
  isAnswer: (type) => answers.includes(type),
  secretsOf: ({ _client }) => [(_client as { apiKey?: unknown }).apiKey],
});
