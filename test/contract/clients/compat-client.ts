import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { overlay } from '../../../overlays/cartesia/index.ts';
import { isOverlaid, packageOf } from '../../support/sdk.ts';
import { apiKey } from '../stage.ts';
import { type Connecting, connectBy } from './cartesia-client.ts';
import { asIs, type Caller, type ClientDriver, drain, speech } from './driver.ts';

type Options = { baseUrl: string; apiKey: string };
interface Client {
  tts: { bytes(request: object, options: object): Promise<unknown> } & Connecting;
  voices: { list(filter: undefined, options: object): Promise<unknown> };
}

const require = createRequire(import.meta.url);
const { model_id: modelId, transcript, voice } = speech;

/** `CartesiaClient` of `backcompat`. It has no event streams, and its ES module build no bytes. */
export const compatClient: ClientDriver = {
  className: 'CartesiaClient',
  family: 'compat-client',
  readsStatus: true,
  hasPrivateMembers: true,
  connects: ({ format }) => format === 'cjs',
  async load(cell) {
    const file = join(packageOf(cell), 'backcompat/index');
    const { CartesiaClient } = (
      cell.format === 'cjs' ? require(`${file}.js`) : await import(/* @vite-ignore */ pathToFileURL(`${file}.mjs`).href)
    ) as { CartesiaClient: new (options: Options) => Client };
    return (baseUrl, { wrap = asIs, ...options } = { maxRetries: 0 }) => {
      const made = new CartesiaClient({ baseUrl, apiKey });
      const client = wrap(made);
      const { tts, voices } = client;
      if (isOverlaid(cell.delivery)) overlay(made);
      const list = () => voices.list(undefined, options);
      const bytes = async () => drain(await tts.bytes({ modelId, transcript, voice }, options));
      return {
        client: client as unknown as Caller['client'],
        calls: { bytes: cell.format === 'cjs' ? bytes : list, sse: list, list },
        connect: () => connectBy(client),
      };
    };
  },
};
