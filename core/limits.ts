// Every limit of hangup, in ms. A limit that a user can set has its default here.

/** The budget of `disconnect()`. */
export const disconnectTimeout = 2000;

/** The longest handshake. */
export const connectTimeout = 10_000;

/** The longest polite steps of one connection. The budget may cut each of them shorter. */
export const caps = { cancel: 500, loops: 500, close: 1000 };

/** The longest wait of `createResponse()` and `setVoice()` of a Realtime session. A long answer before it is a part of that. */
export const answerTimeout = 60_000;

/** The silence that ends a turn of `drain()`. */
export const turnSilence = 500;

/**
 * How long a destroyed thing may take to report its end. After that the report names it as abandoned. This is the one limit
 * that comes on top of a budget: an end with a budget of N ms takes N + 250 ms at the most, whatever hangs and however deep.
 */
export const forceCap = 250;

/** The largest delay that `setTimeout` keeps; a longer one fires at once. */
export const maxDelay = 2 ** 31 - 1;
