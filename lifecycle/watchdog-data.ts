/** The main thread hands it to the thread of the watchdog. */
export interface WatchdogData {
  readonly memory: SharedArrayBuffer;
  /** ms without a sign of the event loop. */
  readonly stall: number;
  /** The same during a shutdown. */
  readonly stallEnding: number;
  readonly blockTimeout: number;
  /** The symbol of `globalThis` under which the main thread has the functions that are called from inside the blocked one. */
  readonly hooks: string;
  readonly cells: typeof cells;
}

/** The cells of the memory, as 64-bit integers. Times are in ms, by `process.hrtime`, which all threads share. */
export const cells = {
  /** Changes while the event loop turns. */
  beat: 0,
  /** The time by which the process has to be gone; 0 while no shutdown has begun. */
  deadline: 1,
  /** 1 while a debugger is attached: a breakpoint blocks the event loop, too. */
  debugger: 2,
} as const;

/** A message of the thread, when the loop turns again. */
export interface BlockedLoop {
  ms: number;
  /** The function that blocked it: `buildTranscript (file:///app/bridge.js:23)` */
  at: string;
}
