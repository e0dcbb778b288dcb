import { calling } from '../contract/every/calling.ts';
import { connecting } from '../contract/every/connecting.ts';
import { dropping } from '../contract/every/dropping.ts';
import { ending } from '../contract/every/ending.ts';

/** Rows about streams and calls of an SDK, which a raw socket does not have. */
const ofSdks =
  /^(cancels-on-the-provider|late-calls.*|calls-in-the-tick|cancel-in-.*|reopens|does-not-reopen|close-reason-scrubbed)$/;
/** The `error` event of a Cartesia stream is a message like any other. */
const ofErrorEvents = /^in-an-error-listener$/;

/** The rows of the contract that a raw socket can keep. */
export const rows = [...ending, ...calling, ...connecting, ...dropping].filter(
  ({ id }) => !ofSdks.test(id) && !ofErrorEvents.test(id),
);
