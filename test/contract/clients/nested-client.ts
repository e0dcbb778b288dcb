import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { overlay } from '../../../overlays/cartesia/index.ts';
import { isOverlaid, packageOf } from '../../support/sdk.ts';
import { apiKey } from '../stage.ts';
import { type Connecting, connectBy } from './cartesia-client.ts';
import { asIs, type Caller, type ClientDriver, speech } from './driver.ts';

interface Client {
  /** 1.2.1 and later. */
  tts: { bytes?(options: object): Promise<unknown> } & Connecting;
  voices: { list(): Promise<unknown>; get(id: string): Promise<unknown> };
}
type Options = { baseUrl: string; apiKey: string };

/** `Cartesia` of 1.x, whose CommonJS build nobody can load. It has no event streams. */
export const nestedClient: ClientDriver = {
  className: 'Client',
  family: 'nested-client',
  readsStatus: false,
  async load(cell) {
    const file = pathToFileURL(join(packageOf(cell), 'dist/index.js')).href;
    const { Cartesia } = (await import(/* @vite-ignore */ file)) as { Cartesia: new (options: Options) => Client };
    return (baseUrl, { wrap = asIs } = {}) => {
      const made = new Cartesia({ baseUrl, apiKey });
      const client = wrap(made);
      const { tts, voices } = client;
      if (isOverlaid(cell.delivery)) overlay(made);
      return {
        client: client as unknown as Caller['client'],
        calls: {
          bytes: () => tts.bytes?.(speech) ?? voices.list(),
          sse: () => voices.get('a-voice'),
          list: () => voices.list(),
        },
        connect: () => connectBy(client),
      };
    };
  },
};
