/** SDKs without an overlay of their own, in the version that is measured; what the guard of `ws` cannot help is in prose. */
export const packages: Readonly<Record<string, { version: string; left: string }>> = {
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
