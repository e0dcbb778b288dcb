import type { App } from '../app.ts';

/** One kind of app, and the steps of its documents. */
export interface Trial {
  id: string;
  title: string;
  /** @param another makes a second app of the same stranger */
  play(app: App, another: (name: string) => App): Promise<void>;
}

/** The SDK and its socket, as an app has them before hangup: by a range, which most apps use. */
export const sdk = '@cartesia/cartesia-js@~4.2.0 ws';

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
