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
