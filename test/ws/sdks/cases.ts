/** SDKs without an overlay of their own, in the version that is measured; what the guard of `ws` cannot help is in prose. */
export const packages: Readonly<Record<string, { version: string; left: string }>> = {
  '@openai/agents-realtime': { version: '0.20.0', left: 'After a drop, its event has no code' },
  'microsoft-cognitiveservices-speech-sdk': {
    version: '1.52.0',
    left: 'It tries a handshake that has failed four more times. After a drop, the recognizer says nothing; its `Connection` has an event',
  },
  hume: {
    version: '0.16.0',
    left: 'It dials again after a drop, until its own `close()`. A bad frame still ends the process',
  },
  '@gladiaio/sdk': {
    version: '2.1.0',
    left: 'It tries a handshake that has failed four more times. A bad frame still ends the process',
  },
  '@speechmatics/real-time-client': {
    version: '8.5.1',
    left: 'It closes only when the provider has acknowledged its end message: call `disconnect()` of the class. Its own timers hold the process for 10 s. A bad frame still ends the process. [hangup/speechmatics](speechmatics.md) mends all of these',
  },
};

/** The copy of `ws` that the SDKs share. */
export const wsVersion = '8.23.0';

/** The faults of the provider. */
export const cases = {
  close: 'the provider never answers the close frame',
  stall: 'the handshake stalls',
  frame: 'one frame that is not JSON',
} as const;
export type Case = keyof typeof cases;

/** How a process has ended: its exit code, and after how many seconds. `undefined`: it was still running. */
export interface Outcome {
  code: number | null;
  seconds: number;
}
/** By SDK, by case: without and with the guard. */
export type Results = Record<string, Record<Case, { before: Outcome | null; after: Outcome | null }>>;
