// The limits of agents, in ms where no unit is named. A limit that a user can set has its default here.

/** From SIGTERM to SIGKILL. */
export const grace = 2000;

/** The time to live of a record. It is renewed three times within it. */
export const recordTtl = 7_200_000;

/** How long an agent may take to say that it is ready. */
export const readyTimeout = 30_000;

/** The most that a store may take when an agent is ended. */
export const storeTimeout = 250;

/** How long the end of agents that had to be killed waits for the store. */
export const storeGrace = 100;

/** The most that a store may take when an agent is spawned: an agent without a record is ended. */
export const recordTimeout = 2000;

/** Between two tries to write the record of a new agent. */
export const recordRetry = 50;

/** The most that a store may take to list its records. */
export const listTimeout = 5000;

/** How long it is known how an agent has ended. */
export const resultTtl = 3_600_000;

/** How long the end of an id without a record is remembered. */
export const earlyEndTtl = 60_000;

/** Between two tries to tell the store what it has missed. */
export const storeRetry = 500;

/** Between two looks for orphans. */
export const reconcileEvery = 60_000;

/** Between two looks at processes that are to end. */
export const pollEvery = 15;

/** How long processes that survive SIGKILL are hunted. Then `reconcile()` does it. */
export const huntTimeout = 5000;

/** Signals that are sent in one turn of the event loop. */
export const signalsPerTurn = 16;

/** The longest part of one turn of the event loop that a look at all processes may take. */
export const slice = 4;

/** How long the look at all processes waits for the environment of one that waits in the kernel. */
export const environTimeout = 100;

/** How long the output of an agent that has ended is still read: a process that has got away may hold the pipes. */
export const outputGrace = 100;

/** How long `setpriv` may take to show what it can do. */
export const setprivTimeout = 5000;

/** A line of output with so many characters is cut into parts of half the length. */
export const longestLine = 65_536;

/** The number of ends that a registry remembers, for those who end an agent again. */
export const rememberedEnds = 10_000;
