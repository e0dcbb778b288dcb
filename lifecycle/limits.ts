// The limits of the levels above a client, in ms. A limit that a user can set has its default here.

/** The budget of `TaskScope.end()`. */
export const tasksTimeout = 2000;

/** How long the tasks of a scope that is forced without having been asked may take to hear their abort. */
export const abortGrace = 50;

/** The most that one member of a session may take, its tasks included. */
export const memberTimeout = 1000;

/** The most that one session may take. */
export const sessionTimeout = 1500;

/** The budget of `SessionStore.end()`. */
export const sessionsTimeout = 3000;

/** How long a function may go on after its time is spent. Its limit tells it so. */
export const functionGrace = 100;

/** How long a WebSocket that is forced waits for the answer to its close frame, so that the peer learns the close code. */
export const closeGrace = 100;

/** Between two looks for connections that are not used, while a server closes. One that is unused at two looks is destroyed. */
export const unusedEvery = 50;

/** How long the head of a request may be incomplete while a server closes. A client needs longer only where it has stopped to send. */
export const headGrace = 500;

/** The budget of a shutdown, from the end of the drain to the exit. */
export const shutdownTimeout = 3000;

/** The last part of that budget, in which everything that is left is forced. It is longer than core's `forceCap`. */
export const forcedPart = 300;

/** The ms that each phase leaves to each phase after it. Forcing what is late in the first takes up to 250 of it. */
export const phaseReserve = 300;

/** The phase `flush` has at least this, though nothing is left. */
export const leastFlush = 50;

/** Signals that come within this time are one: `node --watch` sends two for one Ctrl+C. */
export const signalsAreOne = 300;
