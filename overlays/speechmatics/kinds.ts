import type { Kind } from '../sdk.ts';

/** Nothing listens there, and no name has to be resolved. */
export const clientOptions = { url: 'wss://127.0.0.1:9/v2' };

interface Recognizer {
  start(jwt: string, config: object): Promise<unknown>;
  sendAudio(audio: Uint8Array): void;
}

/** Every family, outside of the runtime. */
export const kinds = {
  recognizer: {
    role: 'connection',
    probe: {
      make: (Class) => new Class(clientOptions) as Recognizer,
      // The recognition never starts there: the promise is pending when the connection is open.
      open: (client) => void (client as Recognizer).start('a-jwt', {}).catch(() => {}),
      late: (client) => (client as Recognizer).sendAudio(new Uint8Array(2)),
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;
