import { overlay } from '../../../overlays/cartesia/index.ts';
import { isOverlaid, loadSdk } from '../../support/sdk.ts';
import { apiKey } from '../stage.ts';
import { asIs, type Caller, type ClientDriver, drain, speech } from './driver.ts';

interface Client {
  tts: Record<string, (body: object) => Promise<unknown>>;
  voices: { list(): AsyncIterable<unknown> };
}

/** `Cartesia` of 3.x and 4.x. */
export const cartesia: ClientDriver = {
  className: 'Cartesia',
  family: 'client',
  readsStatus: true,
  hasPrivateMembers: true,
  tls: true,
  async load(cell) {
    const { Cartesia } = await loadSdk(cell);
    return (baseURL, { wrap = asIs, ...options } = {}) => {
      const made = new Cartesia({ baseURL, apiKey, ...options }) as unknown as Client;
      if (isOverlaid(cell.delivery)) overlay(made);
      const client = wrap(made);
      const { tts, voices } = client;
      return {
        client: client as unknown as Caller['client'],
        calls: {
          bytes: async () => ((await tts.generate!(speech)) as Response).arrayBuffer(),
          sse: async () => drain(await (tts.generateSSE ?? tts.generateSse)!.call(tts, speech)),
          list: () => drain(voices.list()),
        },
        connect: ({ ca }) => tts.websocket!({ ca }),
      };
    };
  },
};
