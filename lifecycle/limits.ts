// The limits of the levels above a client, in ms. A limit that a user can set has its default here.

/** The budget of `TaskScope.end()`. */
export const tasksTimeout = 2000;

/** How long the tasks of a scope that is forced without having been asked may take to hear their abort. */
export const abortGrace = 50;
