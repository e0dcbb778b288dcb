// Defects that many scenarios show on the bare SDKs, in the words of the assertion that fails.

/** A reader waits for ever. */
export const silent = { fails: /^the end of the stream: not within/ };
/** The socket stays open until the close timer of `ws` ends it, after 30 s. */
export const staysOpen = { fails: /^the client to be CLOSED: not within/ };
/** One of the two, whichever the SDK shows first. */
export const hangs = { fails: /^(the end of the stream|the client to be CLOSED): not within/ };
/** A stream that was cut ends like a finished one. */
export const looksFinished = { fails: /^the stream ended without an error/ };
/** The SDK has only its own close. */
export const missing = 'has no such call';
