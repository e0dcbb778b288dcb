// The limits of a fleet on several hosts, in ms.

/** A host tells so often that it lives. */
export const beatEvery = 1000;

/** The hosts are looked at so often. */
export const lookEvery = 500;

/** A host that has not told for so long is gone. */
export const goneAfter = 3000;

/** How long a spawn may wait for a host, and an end for its agent. */
export const remoteTimeout = 10_000;

/** How long a job is kept after its end, for those who wait for it. In seconds, as BullMQ takes it. */
export const keptFor = 60;

/** A job whose host has been silent for so long goes to another host. */
export const lockDuration = 5000;

/** How often somebody who waits for a job looks: at first, and later. */
export const [firstLook, laterLooks] = [10, 100];

/** How long a request may wait for a Redis that restarts. */
export const askTimeout = 1000;

/** A job that is in Redis no more is asked for again after so long: its host has recorded the agent by then. */
export const lostAfter = 2000;

/** A host that is gone is forgotten after so long. */
export const forgottenAfter = 3_600_000;

/** The budget of the end of a host. */
export const hostTimeout = 3000;

/** An error of Redis that is told again and again is told once within so long. */
export const sameErrorEvery = 10_000;

/** How long a host that ends waits for Redis to take its last answers. */
export const answerTimeout = 300;
